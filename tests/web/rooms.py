"""The rooms of a server for tests: real PostgreSQL, a clock that stands still, and whoever asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import httpx
import msgspec

from alongside.conversations.journal import Journal
from alongside.kit.actors import SYSTEM
from alongside.kit.clock import FixedClock
from alongside.kit.secrets import SecretBox
from alongside.kit.settings import Settings
from alongside.people import devices
from alongside.people.model import NewDevice
from alongside.realtime.bus import AnyMessage, Revoke
from alongside.realtime.hub import Hub
from alongside.realtime.memory import MemoryBus
from alongside.realtime.revocations import Revocation
from alongside.realtime.topics import TopicRegistry
from alongside.storage import Database
from alongside.storage.files import open_file_store
from alongside.team import agents, sessions
from alongside.team.agents import NewAgent
from alongside.team.model import Agent, NewSession, Role
from alongside.web.application import build_routes
from alongside.web.connecting import SocketAuthenticator
from alongside.web.headers import SecurityHeaders
from alongside.web.limits import Limits
from alongside.web.rooms import Rooms
from alongside.web.security import COOKIE
from alongside.web.socket_digest import ListDigest
from alongside.web.socket_topics import topic_kinds
from alongside.web.uploading import Uploading

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORIGIN = "http://help.example"
KEY = "a-key-for-tests-with-32-characters-or-more"


class NotingBus(MemoryBus):
    """A bus that notes whom it told to revoke."""

    def __init__(self) -> None:
        super().__init__()
        self.revoked: list[Revocation] = []

    def tell(self, message: AnyMessage) -> None:
        """Tell the others; note it."""
        super().tell(message)
        if isinstance(message, Revoke):
            self.revoked.append(message.revocation)


def make_rooms(settings: Settings, database: Database) -> Rooms:
    """Rooms on this database, at noon. The clock is a FixedClock."""
    clock, bus = FixedClock(NOON), NotingBus()
    hub = Hub(
        bus,
        TopicRegistry(topic_kinds(database, lambda: hub.company)),
        ListDigest(database, lambda: hub.company),
        SocketAuthenticator(database, clock).alive,
        clock,
    )
    files = open_file_store(settings)
    return Rooms(
        settings=settings,
        clock=clock,
        secrets=SecretBox([KEY]),
        database=database,
        files=files,
        bus=bus,
        hub=hub,
        journal=Journal(database, bus),
        uploading=Uploading(database, files, clock),
        limits=Limits(),
    )


class Reception:
    """The server, and those who come to it."""

    def __init__(self, rooms: Rooms, workspace: UUID) -> None:
        self.rooms = rooms
        self.workspace = workspace
        self.application = SecurityHeaders(build_routes(rooms), rooms.settings.public_url)

    @property
    def clock(self) -> FixedClock:
        """The server's clock."""
        assert isinstance(self.rooms.clock, FixedClock)
        return self.rooms.clock

    @property
    def revoked(self) -> list[Revocation]:
        """Everything that was revoked, in its order."""
        assert isinstance(self.rooms.bus, NotingBus)
        return self.rooms.bus.revoked

    @asynccontextmanager
    async def asking(
        self, origin: str = ORIGIN, address: str = "192.0.2.1", **headers: str
    ) -> AsyncIterator[httpx.AsyncClient]:
        """A browser on a page of this origin, with these headers (`_` for `-`); ours unless said otherwise."""
        transport = httpx.ASGITransport(self.application, client=(address, 40_000))  # type: ignore[arg-type]
        more = {"Origin": origin} | {name.replace("_", "-"): value for name, value in headers.items()}
        async with httpx.AsyncClient(
            transport=transport,
            base_url=ORIGIN,
            headers={name: value for name, value in more.items() if value},
        ) as client:
            yield client

    async def add(self, name: str, role: Role = "agent", password_hash: str = "none") -> Agent:
        """A new member of the team, `<name>@luma.example`."""
        new = NewAgent(email=f"{name.lower()}@luma.example", name=name, role=role, password="")
        async with self.rooms.database.transaction(self.workspace) as connection:
            return await agents.add(connection, self.workspace, SYSTEM, new, password_hash, self.clock.now())

    async def session(self, agent: Agent) -> NewSession:
        """A session of theirs, without a password."""
        async with self.rooms.database.transaction(self.workspace) as connection:
            return await sessions.begin(connection, self.workspace, agent, "Firefox", self.clock.now())

    @asynccontextmanager
    async def using(self, session: NewSession) -> AsyncIterator[httpx.AsyncClient]:
        """The browser that holds this session."""
        async with self.asking() as client:
            client.cookies.set(COOKIE, session.token)
            yield client

    @asynccontextmanager
    async def signed_in(self, role: Role = "agent", name: str = "") -> AsyncIterator[httpx.AsyncClient]:
        """A new agent's browser, signed in."""
        session = await self.session(await self.add(name or role.title(), role))
        async with self.using(session) as client:
            yield client

    async def device(self) -> NewDevice:
        """A new visitor's device."""
        async with self.rooms.database.transaction(self.workspace) as connection:
            return await devices.register(connection, self.workspace, self.clock.now())

    @asynccontextmanager
    async def visiting(self) -> AsyncIterator[httpx.AsyncClient]:
        """A new visitor's device."""
        async with self.asking(Authorization=f"Bearer {(await self.device()).token}") as client:
            yield client

    async def audited(self) -> list[str]:
        """The actions in the audit, in their order."""
        async with self.rooms.database.read(self.workspace) as connection:
            rows = await connection.fetch("select action from audit_entry order by audit_entry_id")
        return [row["action"] for row in rows]


def with_settings(rooms: Rooms, **changes: object) -> Rooms:
    """The same rooms under other settings."""
    return replace(rooms, settings=rooms.settings.model_copy(update=changes))


def code_of(answer: httpx.Response) -> str:
    """The stable code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    return str(msgspec.json.decode(answer.content)["code"])
