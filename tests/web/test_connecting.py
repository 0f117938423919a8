"""Who connects to the socket, and whose connection ends when they are no longer who they were."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from alongside.kit import actors
from alongside.kit.errors import Unauthenticated
from alongside.kit.ids import uuid7
from alongside.people import identity_secrets
from alongside.realtime.client import Entrance
from alongside.realtime.sessions import Session
from alongside.team import sessions
from alongside.team.model import NewSession
from alongside.web.application import build_application
from alongside.web.connecting import SocketAuthenticator, session_cookie
from alongside.web.security import COOKIE
from alongside.web.socket import SocketEndpoint
from alongside.web.socket_commands import SocketCommands
from alongside.web.socket_transport import UVICORN_OPTIONS, socket_protocol
from alongside.workspaces import store
from alongside.workspaces.store import Inbox
from tests.people.site import signed
from tests.web.rooms import NOON, Reception
from tests.web.socket_server import Wire

SPOKEN = [Subprotocol("alongside.v1")]
SECRET = "a" * 43


class House:
    """The whole application on a port of this machine."""

    def __init__(self, reception: Reception, port: int, secret: str) -> None:
        self.reception = reception
        self.port = port
        self.secret = secret

    @property
    def origin(self) -> str:
        """Ours."""
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def wire(self, **headers: str) -> AsyncIterator[Wire]:
        """A connection from a page of ours, unless `Origin` says otherwise."""
        sent = {"Origin": self.origin} | headers
        url = f"ws://127.0.0.1:{self.port}/socket"
        async with connect(url, compression=None, subprotocols=SPOKEN, additional_headers=sent) as raw:
            yield Wire(raw)

    @asynccontextmanager
    async def entered(self, token: str) -> AsyncIterator[Wire]:
        """A device that was let in."""
        async with self.wire() as wire:
            await wire.say(type="hello", protocol=1, token=token)
            await wire.next("welcome")
            yield wire

    @asynccontextmanager
    async def desk(self, session: NewSession) -> AsyncIterator[Wire]:
        """An agent's desk that was let in by its cookie."""
        async with self.wire(Cookie=f"{COOKIE}={session.token}") as wire:
            await wire.say(type="hello", protocol=1)
            await wire.next("welcome")
            yield wire

    def http(self, **headers: str) -> httpx.AsyncClient:
        """Requests from a page of ours."""
        return httpx.AsyncClient(base_url=self.origin, headers={"Origin": self.origin} | headers)

    async def identify(self, token: str, sub: str) -> str:
        """The device says who its visitor is; gives its new token."""
        async with self.http(Authorization=f"Bearer {token}") as client:
            jwt = signed(NOON, self.secret, sub=sub)
            answer = await client.post("/api/widget/identify", json={"jwt": jwt})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])


@pytest_asyncio.fixture
async def house(reception: Reception) -> AsyncIterator[House]:
    """The application, served."""
    rooms = reception.rooms
    async with rooms.database.transaction(reception.workspace) as connection:
        made = await identity_secrets.make(connection, reception.workspace, rooms.secrets, NOON)
        await store.insert_inbox(connection, reception.workspace, Inbox(uuid7(), "web", "Website", NOON))
    entrance = Entrance(
        rooms.hub,
        SocketCommands(rooms).registry(),
        SocketAuthenticator(rooms.database, rooms.clock),
        rooms.clock,
    )
    options: dict[str, Any] = {**UVICORN_OPTIONS, "lifespan": "off", "log_config": None, "port": 0}
    endpoint = SocketEndpoint(entrance)
    config = uvicorn.Config(build_application(rooms, endpoint), ws=socket_protocol(endpoint), **options)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await rooms.hub.start()
    await server.startup()
    running = asyncio.create_task(server.main_loop())
    try:
        yield House(reception, server.servers[0].sockets[0].getsockname()[1], made.secret)
    finally:
        server.should_exit = True
        await running
        await server.shutdown()
        await rooms.journal.close()
        await rooms.hub.stop()


async def said_goodbye(wire: Wire) -> tuple[str, int]:
    """The code of the goodbye and the number with which the socket was closed."""
    bye = await wire.next("bye")
    return str(bye["code"]), await wire.closed()


async def test_a_device_is_welcome_as_its_person(house: House) -> None:
    device = await house.reception.device()
    async with house.wire() as wire:
        await wire.say(type="hello", protocol=1, token=device.token)
        welcome = await wire.next("welcome")
    assert (welcome["you"]["kind"], welcome["you"]["id"]) == ("person", str(device.person.person_id))
    assert welcome["workspace"]["slug"] == "luma"


async def test_an_agent_is_welcome_by_the_cookie_from_our_own_page_only(house: House) -> None:
    session = await house.reception.session(await house.reception.add("Ada"))
    async with house.desk(session):
        pass
    for origin in ("https://evil.example", "null", f"http://localhost:{house.port}"):
        async with house.wire(Origin=origin, Cookie=f"{COOKIE}={session.token}") as wire:
            await wire.say(type="hello", protocol=1)
            assert (await said_goodbye(wire))[0] in ("forbidden", "unauthenticated")


async def test_signing_in_on_the_site_moves_the_socket_to_the_new_token(house: House) -> None:
    device = await house.reception.device()
    async with house.entered(device.token) as wire:
        token = await house.identify(device.token, "mara")
        assert await said_goodbye(wire) == ("changed", 4412)
    async with house.wire() as old:
        await old.say(type="hello", protocol=1, token=device.token)
        assert (await said_goodbye(old))[0] == "unauthenticated"
    async with house.entered(token):
        pass


async def test_after_a_switch_nothing_of_the_one_before_arrives_or_can_be_asked_for(house: House) -> None:
    device = await house.reception.device()
    maras = await house.identify(device.token, "mara")
    conversation = str(uuid7())
    async with house.entered(maras) as wire:
        await wire.say(type="command", id=1, name="start", data={"conversation_id": conversation})
        await wire.next("done")
        await wire.say(type="subscribe", id=2, topic=f"conversation:{conversation}")
        await wire.next("subscribed")
        bens = await house.identify(maras, "ben")
        assert await said_goodbye(wire) == ("changed", 4412)
    async with house.entered(bens) as wire:
        await wire.say(type="subscribe", id=3, topic=f"conversation:{conversation}")
        assert (await wire.next("error"))["code"] == "not_found"
        await wire.say(type="subscribe", id=4, topic="mine")
        assert (await wire.next("subscribed"))["state"] == []
        entry = {"conversation_id": conversation, "entry_id": str(uuid7()), "text": "Hello?"}
        await wire.say(type="command", id=5, name="send", data=entry)
        assert (await wire.next("error"))["code"] == "not_found"


async def test_forgetting_a_device_closes_its_socket(house: House) -> None:
    device = await house.reception.device()
    async with (
        house.entered(device.token) as wire,
        house.http(Authorization=f"Bearer {device.token}") as client,
    ):
        await client.delete("/api/widget/devices/current")
        assert await said_goodbye(wire) == ("unauthenticated", 4401)


async def test_signing_out_closes_the_desk_s_socket_and_no_other(house: House) -> None:
    ada = await house.reception.add("Ada")
    here, there = await house.reception.session(ada), await house.reception.session(ada)
    async with house.desk(here) as wire, house.desk(there) as other:
        async with house.http(Cookie=f"{COOKIE}={here.token}") as client:
            assert (await client.delete("/api/session")).status_code == 204
        assert await said_goodbye(wire) == ("unauthenticated", 4401)
        await other.say(type="ping")
        await other.next("pong")


async def test_deactivating_an_agent_closes_their_sockets(house: House) -> None:
    ada = await house.reception.add("Ada")
    root = await house.reception.session(await house.reception.add("Root", "administrator"))
    async with house.desk(await house.reception.session(ada)) as wire:
        async with house.http(Cookie=f"{COOKIE}={root.token}") as client:
            await client.patch(f"/api/team/{ada.agent_id}", json={"active": False})
        assert await said_goodbye(wire) == ("unauthenticated", 4401)


async def test_a_new_role_makes_the_desk_connect_again(house: House) -> None:
    ada = await house.reception.add("Ada")
    root = await house.reception.session(await house.reception.add("Root", "administrator"))
    async with house.desk(await house.reception.session(ada)) as wire:
        async with house.http(Cookie=f"{COOKIE}={root.token}") as client:
            await client.patch(f"/api/team/{ada.agent_id}", json={"role": "viewer"})
        assert await said_goodbye(wire) == ("changed", 4412)


async def test_an_agent_s_session_token_is_taken_too(reception: Reception) -> None:
    session = await reception.session(await reception.add("Ada", "supervisor"))
    found = await doorkeeper(reception).by_token(session.token)
    assert (found.actor, found.audience, found.role) == (session.signed_in.actor, "team", "supervisor")
    assert found.expires_at == session.signed_in.expires_at


@pytest.mark.parametrize("token", ["", "x", "dev_", f"dev_{'0' * 32}_{SECRET}", f"ses_{'0' * 32}_{SECRET}"])
async def test_what_is_no_token_of_ours_is_nobody(reception: Reception, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await doorkeeper(reception).by_token(token)


@pytest.mark.parametrize("cookies", ["", "other=1", f"{COOKIE}=", f"{COOKIE}=x", ";;;=", "a=\x00"])
async def test_without_a_good_cookie_an_agent_is_nobody(reception: Reception, cookies: str) -> None:
    with pytest.raises(Unauthenticated):
        await doorkeeper(reception).by_cookie({"cookie": cookies})


def test_the_session_is_found_among_other_cookies() -> None:
    assert session_cookie(f"theme=dark; {COOKIE}=ses_1; x=y") == "ses_1"


async def test_a_session_stands_until_it_ends_or_its_owner_changes(reception: Reception) -> None:
    ada = await reception.add("Ada")
    new = await reception.session(ada)
    found = await doorkeeper(reception).by_token(new.token)
    assert await doorkeeper(reception).alive(found)
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        await connection.execute("update agent set role = 'viewer' where agent_id = $1", ada.agent_id)
    assert not await doorkeeper(reception).alive(found)
    found = await doorkeeper(reception).by_token(new.token)
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        await sessions.sign_out(connection, new.signed_in, NOON)
    assert not await doorkeeper(reception).alive(found)


async def test_of_many_who_come_at_once_each_is_who_they_are_and_one_bad_token_harms_nobody(
    reception: Reception,
) -> None:
    crowd = [await reception.device() for _ in range(3)]
    tokens = [each.token for each in crowd]
    bad = tokens[0][:-2] + ("AA" if tokens[0][-2:] != "AA" else "BB")
    doors = doorkeeper(reception)
    found = await asyncio.gather(*map(doors.by_token, [*tokens, bad, *tokens]), return_exceptions=True)
    sessions_found = [each.session_id if isinstance(each, Session) else type(each) for each in found]
    devices = [each.device_id for each in crowd]
    assert sessions_found == [*devices, Unauthenticated, *devices]


async def test_that_a_device_was_here_is_noted_once_in_a_while(reception: Reception) -> None:
    device = await reception.device()
    await _was_here(reception, "2020-01-01")
    await doorkeeper(reception).by_token(device.token)
    async with reception.rooms.database.read(reception.workspace) as connection:
        assert await connection.fetchval("select seen_at from device") == NOON


async def _was_here(reception: Reception, day: str) -> None:
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        await connection.execute(f"update device set seen_at = '{day}'")


async def test_a_device_stands_as_long_as_it_is_the_same_person_s(reception: Reception) -> None:
    device = await reception.device()
    found = await doorkeeper(reception).by_token(device.token)
    assert await doorkeeper(reception).alive(found)
    changed = Session(
        actor=actors.person(uuid7()),
        workspace_id=found.workspace_id,
        workspace_slug=found.workspace_slug,
        workspace_name=found.workspace_name,
        session_id=found.session_id,
        audience="everyone",
    )
    assert not await doorkeeper(reception).alive(changed)
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        await connection.execute("update device set forgotten_at = now()")
    assert not await doorkeeper(reception).alive(found)


def doorkeeper(reception: Reception) -> SocketAuthenticator:
    return SocketAuthenticator(reception.rooms.database, reception.rooms.clock)
