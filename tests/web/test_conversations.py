"""Conversations over HTTP."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from alongside.kit.ids import uuid7
from tests.web.rooms import Reception
from tests.web.talks import Talks


@pytest_asyncio.fixture
async def talks(reception: Reception) -> AsyncIterator[Talks]:
    """A workspace in which one can have conversations."""
    talks = Talks(reception)
    await talks.set_up()
    yield talks


def of(conversation_id: object, part: str = "") -> str:
    return f"/api/conversations/{conversation_id}{part}"


def deed(**more: object) -> dict[str, object]:
    return {"entry_id": str(uuid7()), **more}


async def test_an_agent_takes_answers_closes_and_finds_a_conversation(talks: Talks) -> None:
    talk = await talks.started(await talks.reception.device())
    async with talks.reception.signed_in(name="Lea") as desk:
        taken = await desk.post(of(talk, "/accept"), json=deed())
        said = await desk.post(of(talk, "/messages"), json=deed(text="Good morning"))
        noted = await desk.post(of(talk, "/notes"), json=deed(text="a regular"))
        closed = await desk.post(of(talk, "/close"), json=deed())
        reopened = await desk.post(of(talk, "/reopen"), json=deed())
        assert [each.status_code for each in (taken, said, noted, closed, reopened)] == [201] * 5
        assert said.json() == {"seq": 4, "at": said.json()["at"], "duplicate": False}
        listed = (await desk.get("/api/conversations?view=mine&status=open")).json()
        assert [each["conversation_id"] for each in listed["items"]] == [str(talk)]
        assert listed["items"][0]["preview"] == "Good morning"
        assert listed["counts"] == {"mine": 1, "unassigned": 0, "all": 1}
        assert listed["next_cursor"] is None
        card = (await desk.get(of(talk))).json()
        assert [each["name"] for each in card["participants"]] == [None, "Lea"]
        entries = (await desk.get(of(talk, "/entries?limit=3"))).json()
        assert [each["kind"] for each in entries["entries"]] == ["note", "closed", "reopened"]
        assert (entries["after"], entries["upto"], entries["more"]) == (4, 7, True)


async def test_the_same_request_again_does_nothing_again(talks: Talks) -> None:
    talk = await talks.started(await talks.reception.device())
    async with talks.reception.signed_in() as desk:
        for path, body in (
            ("/accept", deed()),
            ("/messages", deed(text="Hello")),
            ("/notes", deed(text="a note")),
            ("/assign", deed(agent_id=None)),
            ("/close", deed()),
            ("/reopen", deed()),
        ):
            first, again = [(await desk.post(of(talk, path), json=body)).json() for _ in range(2)]
            assert again == first | {"duplicate": True}


async def test_who_comes_second_learns_who_has_it(talks: Talks) -> None:
    talk = await talks.started(await talks.reception.device())
    async with talks.reception.signed_in(name="Lea") as lea, talks.reception.signed_in(name="Ben") as ben:
        await lea.post(of(talk, "/accept"), json=deed())
        late = await ben.post(of(talk, "/accept"), json=deed())
    assert late.status_code == 409
    assert (late.json()["code"], late.json()["fields"]) == ("already_taken", {"assignee": "Lea"})


async def test_each_role_may_do_its_own_and_no_more(talks: Talks) -> None:
    allowed: dict[str, list[int]] = {}
    for role in ("viewer", "specialist", "agent", "supervisor", "administrator"):
        talk = await talks.started(await talks.reception.device())
        async with talks.reception.signed_in(role) as desk:
            answers = [
                await desk.get(of(talk, "/entries")),
                await desk.post(of(talk, "/notes"), json=deed(text="n")),
                await desk.post(of(talk, "/messages"), json=deed(text="m")),
                await desk.post(of(talk, "/close"), json=deed()),
            ]
        allowed[role] = [answer.status_code for answer in answers]
    everything = [200, 201, 201, 201]
    assert allowed == {
        "viewer": [200, 403, 403, 403],
        "specialist": [200, 201, 403, 403],
        "agent": everything,
        "supervisor": everything,
        "administrator": everything,
    }


async def test_a_visitor_sees_their_own_conversations_without_what_is_for_the_team(talks: Talks) -> None:
    device = await talks.reception.device()
    talk = await talks.started(device)
    await talks.started(await talks.reception.device())
    async with talks.reception.signed_in() as desk:
        await desk.post(of(talk, "/notes"), json=deed(text="do not tell"))
        await desk.post(of(talk, "/messages"), json=deed(text="Hello"))
    async with talks.reception.asking(Authorization=f"Bearer {device.token}") as widget:
        own = (await widget.get("/api/widget/conversations")).json()
        assert [(each["conversation_id"], each["unread"]) for each in own["items"]] == [(str(talk), 1)]
        page = (await widget.get(f"/api/widget/conversations/{talk}/entries?before=99")).json()
        assert [each["kind"] for each in page["entries"]] == ["started", "joined", "message"]
        assert "do not tell" not in str(page) + str(own)


async def test_what_a_colleague_had_who_was_deactivated_waits_in_the_queue(talks: Talks) -> None:
    talk = await talks.started(await talks.reception.device())
    async with (
        talks.reception.signed_in(name="Lea") as lea,
        talks.reception.signed_in("administrator") as boss,
    ):
        await lea.post(of(talk, "/accept"), json=deed())
        me = (await lea.get("/api/session")).json()["agent_id"]
        assert (await boss.patch(f"/api/team/{me}", json={"active": False})).status_code == 200
        [waiting] = (await boss.get("/api/conversations?view=unassigned")).json()["items"]
    assert (waiting["conversation_id"], waiting["assignee"]) == (str(talk), None)


async def test_nobody_gets_in_by_another_door(talks: Talks) -> None:
    talk = await talks.started(await talks.reception.device())
    async with talks.reception.visiting() as stranger, talks.reception.asking() as nobody:
        answers = [
            await stranger.get(f"/api/widget/conversations/{talk}/entries"),
            await stranger.get(of(talk)),
            await stranger.post(of(talk, "/messages"), json=deed(text="x")),
            await nobody.get("/api/conversations"),
            await nobody.get("/api/widget/conversations"),
        ]
    assert [answer.status_code for answer in answers] == [404, 401, 401, 401, 401]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/messages", deed(text=""), 422, "invalid"),
        ("/messages", deed(text="x" * 10_001), 422, "invalid"),
        ("/messages", deed(text="nul \0"), 422, "invalid"),
        ("/messages", deed(text="x", files=[str(uuid7())]), 422, "invalid"),
        ("/messages", {"text": "no id"}, 422, "invalid"),
        ("/messages", deed(text="x", surprise=1), 422, "invalid"),
        ("/assign", deed(agent_id=str(uuid7())), 422, "invalid"),
        ("/accept", {"entry_id": "me"}, 422, "invalid"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_words(
    talks: Talks, path: str, body: dict[str, object], status: int, code: str
) -> None:
    talk = await talks.started(await talks.reception.device())
    async with talks.reception.signed_in() as desk:
        answer = await desk.post(of(talk, path), json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["fields"] or answer.json()["hint"]


async def test_what_is_not_there_is_not_found(talks: Talks) -> None:
    nothing = uuid7()
    async with talks.reception.signed_in() as desk:
        answers: list[httpx.Response] = [
            await desk.get(of(nothing)),
            await desk.get(of(nothing, "/entries")),
            await desk.post(of(nothing, "/messages"), json=deed(text="x")),
            await desk.post(of(nothing, "/accept"), json=deed()),
        ]
        odd = await desk.get("/api/conversations?cursor=nonsense")
    assert [answer.status_code for answer in answers] == [404] * 4
    assert (odd.status_code, odd.json()["fields"].keys()) == (422, {"cursor"})
