"""People over HTTP, as agents see them."""

from uuid import UUID

from alongside.conversations import starting
from alongside.kit.ids import uuid7
from alongside.people import pages
from alongside.people.model import NewDevice
from alongside.workspaces import store
from alongside.workspaces.store import Inbox
from tests.web.rooms import NOON, Reception, code_of


async def visited(reception: Reception, *paths: str) -> NewDevice:
    device = await reception.device()
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        for path in paths:
            url, person_id = f"https://luma.example/{path}", device.person.person_id
            await pages.record_for(
                connection, reception.workspace, device.device_id, person_id, url, path, NOON
            )
    return device


async def test_people_are_listed_and_read_by_everybody_on_the_team(reception: Reception) -> None:
    device = await visited(reception, "bills")
    async with reception.signed_in("viewer") as client:
        listed = (await client.get("/api/people")).json()["items"]
        assert [one["person_id"] for one in listed] == [str(device.person.person_id)]
        profile = (await client.get(f"/api/people/{device.person.person_id}")).json()
    assert (profile["person"]["verified"], profile["present_page"]["title"], profile["devices"]) == (
        False,
        "bills",
        1,
    )


async def test_the_pages_of_a_person_are_paged(reception: Reception) -> None:
    device = await visited(reception, "a", "b", "c")
    async with reception.signed_in() as client:
        path = f"/api/people/{device.person.person_id}/pages?limit=2"
        first = (await client.get(path)).json()
        rest = (await client.get(f"{path}&cursor={first['next_cursor']}")).json()
    assert [view["title"] for view in first["items"] + rest["items"]] == ["c", "b", "a"]


async def test_a_person_s_conversations_are_theirs_alone(reception: Reception) -> None:
    mara, ben = await reception.device(), await reception.device()
    conversation = uuid7()
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        await store.insert_inbox(connection, reception.workspace, Inbox(uuid7(), "web", "Website", NOON))
        await starting.start(
            connection, reception.rooms.journal, reception.workspace, mara.person.person_id, conversation
        )
    async with reception.signed_in() as client:
        for person, expected in ((mara, [str(conversation)]), (ben, [])):
            listed = (await client.get(f"/api/people/{person.person.person_id}/conversations")).json()[
                "items"
            ]
            assert [one["conversation_id"] for one in listed] == expected


async def test_nobody_and_people_of_another_workspace_are_not_there(
    reception: Reception, other_workspace: UUID
) -> None:
    device = await reception.device()
    async with Reception(reception.rooms, other_workspace).signed_in("administrator") as client:
        for person_id in (device.person.person_id, uuid7()):
            assert code_of(await client.get(f"/api/people/{person_id}")) == "not_found"
        assert (await client.get("/api/people")).json()["items"] == []
        assert (await client.get(f"/api/people/{device.person.person_id}/pages")).json()["items"] == []


async def test_what_cannot_be_asked_is_refused_in_words(reception: Reception) -> None:
    async with reception.signed_in() as client:
        for query in (
            "sort=shoe",
            "limit=0",
            "verified=perhaps",
            "since=yesterday",
            "q=" + "x" * 201,
            "cursor=x",
        ):
            answer = await client.get(f"/api/people?{query}")
            assert (query, answer.status_code, code_of(answer)) == (query, 422, "invalid")
        assert (await client.get("/api/people?q=%00")).status_code == 422
