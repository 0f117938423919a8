"""The widget's HTTP side: devices, identity, one's own conversations."""

from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from alongside.conversations import starting
from alongside.kit import actors
from alongside.kit.ids import uuid7
from alongside.people import identity_secrets
from alongside.workspaces import store
from alongside.workspaces.store import Inbox
from tests.people.site import signed
from tests.web.rooms import NOON, Reception, code_of


@pytest_asyncio.fixture
async def luma(reception: Reception) -> "Luma":
    """Luma's site, which signs who its visitors are."""
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        made = await identity_secrets.make(connection, reception.workspace, reception.rooms.secrets, NOON)
        await store.insert_inbox(connection, reception.workspace, Inbox(uuid7(), "web", "Website", NOON))
    return Luma(reception, made.secret)


class Luma:
    """A site and its visitors."""

    def __init__(self, reception: Reception, secret: str) -> None:
        self.reception = reception
        self.secret = secret

    def signed(self, **claims: Any) -> str:
        """A token for a visitor."""
        return signed(NOON, self.secret, **claims)

    async def register(self, client: httpx.AsyncClient) -> dict[str, Any]:
        """A device; the client uses its token from now on."""
        answer = await client.post("/api/widget/devices", json={"workspace": "luma"})
        assert answer.status_code == 201
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return dict(answer.json())

    async def identify(self, client: httpx.AsyncClient, **claims: Any) -> dict[str, Any]:
        """Say who the visitor is; the client uses the new token if there is one."""
        answer = await client.post("/api/widget/identify", json={"jwt": self.signed(**claims)})
        assert answer.status_code == 200, answer.text
        if answer.json()["token"]:
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return dict(answer.json())

    async def talk(self, person_id: str) -> UUID:
        """A conversation of a person."""
        workspace_id, conversation_id = self.reception.workspace, uuid7()
        async with self.reception.rooms.database.transaction(workspace_id) as connection:
            await starting.start(
                connection, self.reception.rooms.journal, workspace_id, UUID(person_id), conversation_id
            )
        return conversation_id


async def own(client: httpx.AsyncClient) -> list[str]:
    answer = await client.get("/api/widget/conversations")
    assert answer.status_code == 200, answer.text
    return [each["conversation_id"] for each in answer.json()["items"]]


async def test_a_device_is_registered_and_knows_whose_it_is(luma: Luma) -> None:
    async with luma.reception.asking() as client:
        device = await luma.register(client)
        me = (await client.get("/api/widget/devices/current")).json()
    assert me == {"person_id": device["person"]["person_id"], "name": None, "verified": False}


async def test_how_the_widget_looks_is_for_everybody(luma: Luma) -> None:
    async with luma.reception.asking() as client:
        config = (await client.get("/api/widget/config?workspace=luma")).json()
        assert config["workspace"] == {
            "slug": "luma",
            "name": "Luma",
            "locale": "en",
            "brand_colour": "#0b6e4f",
        }
        for slug in ("nowhere", "x' or 1=1", "%00", "LUMA"):
            assert code_of(await client.get(f"/api/widget/config?workspace={slug}")) == "not_found"
        assert code_of(await client.get("/api/widget/config")) == "invalid"


async def test_signing_in_on_the_site_brings_the_conversation_along(luma: Luma) -> None:
    async with luma.reception.asking() as client:
        device = await luma.register(client)
        conversation = await luma.talk(device["person"]["person_id"])
        old = client.headers["Authorization"]
        done = await luma.identify(client, sub="mara", name="Mara Voss")
        assert done["person"]["name"] == "Mara Voss"
        assert await own(client) == [str(conversation)]
        client.headers["Authorization"] = old
        assert code_of(await client.get("/api/widget/conversations")) == "unauthenticated"
    [revocation] = luma.reception.revoked
    assert (str(revocation.session_id), revocation.code, revocation.come_back) == (
        device["device_id"],
        "changed",
        True,
    )


async def test_she_goes_on_with_it_on_a_second_device(luma: Luma) -> None:
    async with luma.reception.asking() as phone, luma.reception.asking() as tablet:
        conversation = await luma.talk((await luma.register(phone))["person"]["person_id"])
        await luma.identify(phone, sub="mara")
        await luma.register(tablet)
        assert await own(tablet) == []
        await luma.identify(tablet, sub="mara")
        assert await own(tablet) == [str(conversation)]
        entries = (await tablet.get(f"/api/widget/conversations/{conversation}/entries")).json()["entries"]
    assert [entry["kind"] for entry in entries] == ["started", "identified"]


async def test_another_login_on_the_same_browser_sees_nothing_of_the_one_before(luma: Luma) -> None:
    async with luma.reception.asking() as client:
        await luma.register(client)
        mara = await luma.identify(client, sub="mara")
        conversation = await luma.talk(mara["person"]["person_id"])
        ben = await luma.identify(client, sub="ben")
        assert ben["person"]["person_id"] != mara["person"]["person_id"]
        assert await own(client) == []
        path = f"/api/widget/conversations/{conversation}/entries"
        assert code_of(await client.get(path)) == "not_found"
    assert len(luma.reception.revoked) == 2


async def test_a_lost_answer_is_had_again_with_the_old_token(luma: Luma) -> None:
    async with luma.reception.asking() as client:
        await luma.register(client)
        body = {"jwt": luma.signed(sub="mara")}
        lost = (await client.post("/api/widget/identify", json=body)).json()
        again = (await client.post("/api/widget/identify", json=body)).json()
        assert again["person"] == lost["person"]
        client.headers["Authorization"] = f"Bearer {again['token']}"
        assert await own(client) == []


async def test_a_token_that_is_not_believed_is_refused_with_what_to_mend(luma: Luma) -> None:
    async with luma.reception.asking() as client:
        device = await luma.register(client)
        once = luma.signed(sub="mara")
        async with luma.reception.asking() as other:
            await luma.register(other)
            await other.post("/api/widget/identify", json={"jwt": once})
        bad = [
            once,
            "x",
            "a.b.c",
            luma.signed(aud="other"),
            luma.signed(sub="null"),
            signed(),
            luma.signed(exp=1),
        ]
        for jwt in bad:
            answer = await client.post("/api/widget/identify", json={"jwt": jwt})
            assert (answer.status_code, code_of(answer)) == (422, "identity_token_refused")
            assert answer.json()["hint"]
            assert jwt not in answer.text or jwt == "x"
        assert (await client.get("/api/widget/devices/current")).json()["person_id"] == device["person"][
            "person_id"
        ]


async def test_a_retired_secret_s_tokens_are_refused(luma: Luma) -> None:
    async with luma.reception.rooms.database.transaction(luma.reception.workspace) as connection:
        await connection.execute("update identity_secret set retired_at = now()")
    async with luma.reception.asking() as client:
        await luma.register(client)
        answer = await client.post("/api/widget/identify", json={"jwt": luma.signed()})
    assert code_of(answer) == "identity_token_refused"


async def test_saying_who_one_is_needs_a_device(luma: Luma) -> None:
    for authorization in (
        "",
        "Bearer x",
        "Basic eDp5",
        f"Bearer dev_{luma.reception.workspace.hex}_{'a' * 43}",
    ):
        async with luma.reception.asking(Authorization=authorization) as client:
            answer = await client.post("/api/widget/identify", json={"jwt": luma.signed()})
        assert (answer.status_code, code_of(answer)) == (401, "unauthenticated")


async def test_a_forgotten_device_is_nobody_and_its_sockets_end(luma: Luma) -> None:
    async with luma.reception.asking() as client:
        device = await luma.register(client)
        assert (await client.delete("/api/widget/devices/current")).status_code == 204
        assert (await client.delete("/api/widget/devices/current")).status_code == 401
    assert [str(each.session_id) for each in luma.reception.revoked] == [device["device_id"]]


async def test_nobody_reads_another_s_conversation(luma: Luma) -> None:
    async with luma.reception.asking() as client, luma.reception.asking() as other:
        conversation = await luma.talk((await luma.register(client))["person"]["person_id"])
        await luma.register(other)
        answer = await other.get(f"/api/widget/conversations/{conversation}/entries")
    assert (answer.status_code, code_of(answer)) == (404, "not_found")


async def test_one_address_cannot_register_devices_without_end(luma: Luma) -> None:
    for _ in range(600):
        luma.reception.rooms.limits.spend("device", "198.51.100.7")
    async with luma.reception.asking(address="198.51.100.7") as client:
        answer = await client.post("/api/widget/devices", json={"workspace": "luma"})
    assert (answer.status_code, code_of(answer), answer.headers["retry-after"]) == (429, "too_many", "1")


async def test_an_undone_join_gives_the_conversation_back(luma: Luma) -> None:
    async with luma.reception.asking() as client, luma.reception.signed_in("supervisor") as desk:
        device = await luma.register(client)
        anonymous = device["person"]["person_id"]
        conversation = await luma.talk(anonymous)
        mara = (await luma.identify(client, sub="mara", name="Mara"))["person"]["person_id"]
        profile = (await desk.get(f"/api/people/{mara}")).json()
        listed = (await desk.get(f"/api/people/{mara}/conversations")).json()["items"]
        assert [each["conversation_id"] for each in listed] == [str(conversation)]
        undo = f"/api/people/joins/{profile['joins'][0]['person_join_id']}"
        assert (await desk.delete(undo)).status_code == 204
        assert (await desk.delete(undo)).status_code == 404
        assert (await desk.get(f"/api/people/{mara}/conversations")).json()["items"] == []
        assert (await client.get("/api/widget/devices/current")).json()["person_id"] == anonymous
        assert await own(client) == [str(conversation)]
    topics = [each.topic for each in luma.reception.revoked if each.actor == actors.person(UUID(mara))]
    assert topics == [f"conversation:{conversation}"]
    assert "person.join_undone" in await luma.reception.audited()


async def test_the_fence_holds_for_devices_of_another_workspace(luma: Luma, other_workspace: UUID) -> None:
    elsewhere = Reception(luma.reception.rooms, other_workspace)
    async with luma.reception.asking() as client:
        conversation = await luma.talk((await luma.register(client))["person"]["person_id"])
    async with elsewhere.visiting() as stranger:
        answer = await stranger.get(f"/api/widget/conversations/{conversation}/entries")
        assert code_of(answer) == "not_found"
        answer = await stranger.post("/api/widget/identify", json={"jwt": luma.signed()})
        assert code_of(answer) == "identity_token_refused"


async def test_one_device_cannot_try_identity_tokens_without_end(luma: Luma) -> None:
    async with luma.reception.asking() as client:
        await luma.register(client)
        codes = [
            (await client.post("/api/widget/identify", json={"jwt": "x"})).status_code for _ in range(40)
        ]
    assert codes[:30] == [422] * 30
    assert 429 in codes[30:]
