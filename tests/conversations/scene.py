"""What tests of conversations stand on."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from alongside.conversations import drafts, entry_store, starting, store, summary_store
from alongside.conversations.journal import Journal
from alongside.conversations.model import Conversation, Draft, Entry, Summary
from alongside.kit.actors import Actor, agent, person
from alongside.kit.ids import uuid7
from alongside.realtime.bus import AnyMessage, Happening, Listener
from alongside.realtime.topics import Batch, Hint
from alongside.storage import Connection, Database

T = TypeVar("T")


class RecordingBus:
    """A bus whose other end is the test."""

    certain = True
    connected = True

    def __init__(self, channel: str = "") -> None:
        self.node_id = uuid7().hex
        self.channel = channel
        self.delivered: list[tuple[UUID, Batch]] = []
        self.hinted: list[Hint] = []
        self.told: list[AnyMessage] = []
        self.broadcasts: list[tuple[str, Happening]] = []

    def attach(self, listener: Listener) -> None:
        raise NotImplementedError

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    def deliver(self, workspace_id: UUID, batches: Sequence[Batch]) -> None:
        self.delivered += [(workspace_id, batch) for batch in batches]

    async def hint_in(self, connection: Connection, workspace_id: UUID, hints: Sequence[Hint]) -> None:
        connection.after_commit(lambda: self.hinted.extend(hints))

    async def tell_in(self, connection: Connection, message: AnyMessage) -> None:
        connection.after_commit(lambda: self.told.append(message))

    def tell(self, message: AnyMessage) -> None:
        self.told.append(message)

    def broadcast(self, workspace_id: UUID, topic: str, happening: Happening) -> None:
        self.broadcasts.append((topic, happening))


class Scene:
    """A workspace with an inbox, and short ways to do and to look."""

    def __init__(self, database: Database, workspace_id: UUID, journal: Journal) -> None:
        self.database = database
        self.workspace_id = workspace_id
        self.journal = journal

    async def set_up(self) -> None:
        """Make the inbox, a customer and an agent."""
        await self.sql(
            "insert into inbox (workspace_id, inbox_id, channel, name) values ($1, $2, 'web', 'Site')",
            uuid7(),
        )
        self.customer = await self.person("Mara")
        self.agent = await self.colleague("Lea")
        self.second = await self.colleague("Ben")

    async def sql(self, statement: str, *args: Any) -> list[Any]:
        """Run a statement whose first argument is the workspace."""
        async with self.database.transaction(self.workspace_id) as connection:
            return await connection.fetch(statement, self.workspace_id, *args)

    async def person(self, name: str | None = None) -> Actor:
        """A new person."""
        person_id = uuid7()
        await self.sql(
            "insert into person (workspace_id, person_id, name) values ($1, $2, $3)", person_id, name
        )
        return person(person_id)

    async def colleague(self, name: str) -> Actor:
        """A new agent."""
        agent_id = uuid7()
        await self.sql(
            "insert into agent (workspace_id, agent_id, email, name, role, password_hash)"
            " values ($1, $2, $3, $4, 'agent', '')",
            agent_id,
            f"{agent_id.hex}@luma.example",
            name,
        )
        return agent(agent_id)

    async def do(self, act: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:
        """Do something with the journal in a transaction of its own."""
        async with self.database.transaction(self.workspace_id) as connection:
            return await act(connection, self.journal, self.workspace_id, *args, **kwargs)

    async def ask(self, question: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:
        """Ask something in a reading transaction."""
        async with self.database.read(self.workspace_id) as connection:
            return await question(connection, self.workspace_id, *args, **kwargs)

    async def started(self, who: Actor | None = None) -> UUID:
        """A new conversation of the customer, or of another person."""
        conversation_id = uuid7()
        await self.do(starting.start, (who or self.customer).id, conversation_id)
        return conversation_id

    def says(
        self, conversation_id: UUID, who: Actor, text: str = "Hello", entry_id: UUID | None = None
    ) -> Draft:
        """A message to be sent."""
        return drafts.message(conversation_id, entry_id or uuid7(), who, text)

    async def entries(self, conversation_id: UUID) -> list[Entry]:
        """The whole journal of a conversation."""
        return await self.ask(entry_store.newest, conversation_id, "team", upto=2**60, limit=100_000)

    async def kinds(self, conversation_id: UUID) -> list[str]:
        """The kinds of its entries."""
        return [entry.kind for entry in await self.entries(conversation_id)]

    async def row(self, conversation_id: UUID) -> Conversation:
        """The conversation."""
        return await self.ask(store.find, conversation_id)

    async def summary(self, conversation_id: UUID, who: Actor | None = None) -> Summary:
        """Its summary, as the agent or somebody else sees it."""
        [found] = await self.ask(summary_store.of_ids, who or self.agent, [conversation_id])
        return found
