"""People and conversations for a bench, written into the database of a running server at once.

What a bench is about is then measured without the hours in which thousands of people would have come one by one.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID, uuid4

from alongside.conversations.appending import append_entries, write
from alongside.conversations.model import Draft
from alongside.kit.actors import Actor
from alongside.kit.ids import token_hash, uuid7
from alongside.kit.settings import Settings
from alongside.kit.tokens import new_fenced_token
from alongside.people.devices import TOKEN
from alongside.storage import Connection, Database, Logins
from alongside.storage.embedded.server import running_logins
from bench.texts import texts

NAME = "alongside"
_ROWS_AT_ONCE = 5_000
_ENTRIES_AT_ONCE = 500
T = TypeVar("T")


class Place(NamedTuple):
    """The workspace that `stand.set_up` made."""

    workspace_id: UUID
    inbox_id: UUID
    agent_id: UUID


class Customer(NamedTuple):
    """Somebody with a device, and a conversation that the agent holds."""

    token: str
    person_id: UUID
    device_id: UUID
    conversation_id: UUID

    @property
    def line(self) -> str:
        """The customer as the C programs read it."""
        return f"customer {self.token} {self.conversation_id}"


@asynccontextmanager
async def beside(data: Path) -> AsyncIterator[Database]:
    """The embedded database of a server that runs on this data folder."""
    async with opened(running_logins(data, NAME), data) as database:
        yield database


@asynccontextmanager
async def opened(logins: Logins, data: Path) -> AsyncIterator[Database]:
    """A database with a few connections and no limit that would end a long statement."""
    settings = Settings(data_dir=data, database_pool_size=4, statement_timeout=900)
    async with Database(logins, settings) as database:
        yield database


async def make_place(database: Database) -> Place:
    """A workspace with an inbox and an agent, where no server has made one."""
    place = Place(uuid7(), uuid7(), uuid7())
    async with database.transaction(place.workspace_id) as connection:
        await connection.execute(
            "insert into workspace (workspace_id, slug, name) values ($1, 'bench', 'Bench')",
            place.workspace_id,
        )
        await connection.execute(
            "insert into inbox (workspace_id, inbox_id, channel, name) values ($1, $2, 'web', 'Web')",
            place.workspace_id, place.inbox_id,
        )  # fmt: skip
        await connection.execute(
            "insert into agent (workspace_id, agent_id, email, name, role, password_hash)"
            " values ($1, $2, 'bench@example.com', 'Bench', 'administrator', '')",
            place.workspace_id, place.agent_id,
        )  # fmt: skip
    return place


async def find_place(database: Database) -> Place:
    """Where to put people: the workspace, its inbox and its agent."""
    async with database.read(None) as connection:
        workspace_id: UUID = await connection.fetchval("select sole_workspace()")
    async with database.read(workspace_id) as connection:
        inbox_id = await connection.fetchval("select inbox_id from inbox limit 1")
        agent_id = await connection.fetchval("select agent_id from agent limit 1")
    return Place(workspace_id, inbox_id, agent_id)


async def add_customers(database: Database, place: Place, count: int) -> list[Customer]:
    """So many customers, each with a device and an open conversation without entries."""
    customers = [
        Customer(new_fenced_token(TOKEN, place.workspace_id), uuid7(), uuid7(), uuid4()) for _ in range(count)
    ]
    for some in _batches(customers, _ROWS_AT_ONCE):
        async with database.transaction(place.workspace_id) as connection:
            await _insert(connection, place, some)
    return customers


async def _insert(connection: Connection, place: Place, some: Sequence[Customer]) -> None:
    workspace_id = place.workspace_id
    people = [each.person_id for each in some]
    conversations = [each.conversation_id for each in some]
    await connection.execute(
        "insert into person (workspace_id, person_id) select $1::uuid, p from unnest($2::uuid[]) p",
        workspace_id, people,
    )  # fmt: skip
    await _insert_devices(connection, place, some)
    await connection.execute(
        "insert into conversation (workspace_id, conversation_id, inbox_id, person_id, origin_person_id, held_by,"
        " assignee_id) select $1::uuid, c, $4::uuid, p, p, 'agent', $5::uuid"
        " from unnest($2::uuid[], $3::uuid[]) as g(c, p)",
        workspace_id, conversations, people, place.inbox_id, place.agent_id,
    )  # fmt: skip
    await connection.execute(
        "insert into participant (workspace_id, conversation_id, kind, participant_id)"
        " select $1::uuid, c, 'person', p from unnest($2::uuid[], $3::uuid[]) as g(c, p)"
        " union all select $1::uuid, c, 'agent', $4::uuid from unnest($2::uuid[]) as g(c)",
        workspace_id, conversations, people, place.agent_id,
    )  # fmt: skip


async def _insert_devices(connection: Connection, place: Place, some: Sequence[Customer]) -> None:
    await connection.execute(
        "insert into device (workspace_id, device_id, person_id, token_hash, seen_at)"
        " select $1::uuid, d, p, h, $5::timestamptz from unnest($2::uuid[], $3::uuid[], $4::bytea[]) as g(d, p, h)",
        place.workspace_id, [each.device_id for each in some], [each.person_id for each in some],
        [token_hash(each.token) for each in some], datetime.now(UTC),
    )  # fmt: skip


async def adopt(database: Database, place: Place, count: int) -> list[Customer]:
    """Devices for the customers of so many open conversations that are there already, picked at random."""
    async with database.transaction(place.workspace_id) as connection:
        rows = await connection.fetch(
            "select conversation_id, person_id from conversation where workspace_id = $1 and status = 'open'"
            " and held_by = 'agent' order by md5(conversation_id::text) limit $2",
            place.workspace_id, count,
        )  # fmt: skip
        adopted = [
            Customer(
                new_fenced_token(TOKEN, place.workspace_id), row["person_id"], uuid7(), row["conversation_id"]
            )
            for row in rows
        ]
        await _insert_devices(connection, place, adopted)
    return adopted


async def add_entries(database: Database, place: Place, customers: Sequence[Customer], each: int) -> None:
    """So many messages more in each conversation, by customer and agent in turn."""
    words = cycle(texts(997))
    drafts = [
        _draft(customer, place, number, next(words)) for number in range(each) for customer in customers
    ]
    for some in _batches(drafts, _ENTRIES_AT_ONCE):
        written = [write(draft) for draft in some]
        async with database.single_statements() as connection:
            judged = await append_entries(
                connection, place.workspace_id, written, channel="", node="bench", trusted=True
            )
        assert all(one.outcome == "stored" for one in judged)


def _draft(customer: Customer, place: Place, number: int, text: str) -> Draft:
    asking = Actor("person", customer.person_id)
    author = asking if number % 2 else Actor("agent", place.agent_id)
    return Draft(
        conversation_id=customer.conversation_id,
        entry_id=uuid4(),
        kind="message",
        audience="everyone",
        author=author,
        body={"text": text},
    )


async def settled(database: Database, place: Place, seconds: float = 60.0) -> None:
    """Returns when the server has told what was stored to those who act on it. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while await _pending(database, place):  # noqa: ASYNC110 - another process works it off
            await asyncio.sleep(0.1)


async def _pending(database: Database, place: Place) -> bool:
    async with database.read(place.workspace_id) as connection:
        pending: bool = await connection.fetchval("select exists (select from outbox)")
    return pending


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch
