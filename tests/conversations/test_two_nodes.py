"""Two nodes on one database: each with its own pool, journal and bus."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

from alongside.conversations.journal import Journal
from alongside.kit.settings import Settings
from alongside.realtime.bus import AnyMessage, Hints
from alongside.realtime.notify import NotifyBus
from alongside.realtime.topics import Batch, Hint
from alongside.storage import Database, Logins
from tests.conversations.scene import Scene


class Ears:
    """What a node's hub would hear."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.hints: list[Hint] = []
        self.news = asyncio.Event()

    def deliver(self, workspace_id: UUID, batches: Sequence[Batch]) -> None:
        self.batches += batches

    def hear(self, node: str, message: AnyMessage) -> None:
        if isinstance(message, Hints):
            self.hints += message.hints
            self.news.set()

    def recheck(self) -> None: ...


@asynccontextmanager
async def node(logins: Logins, settings: Settings) -> AsyncIterator[tuple[Journal, Ears]]:
    """A server on this database, as far as the journal needs one."""
    async with Database(logins, settings) as database:
        bus, ears = NotifyBus(database), Ears()
        bus.attach(ears)
        await bus.start()
        yield Journal(database, bus), ears
        await bus.stop()


async def test_two_nodes_write_the_same_conversations_without_gap_or_double(
    scene: Scene, logins: Logins, settings: Settings
) -> None:
    talks = [await scene.started() for _ in range(5)]
    async with AsyncExitStack() as stack:
        nodes = [await stack.enter_async_context(node(logins, settings)) for _ in range(2)]
        sent = [
            (journal, scene.says(talks[n % 5], scene.customer, f"{n}"))
            for n in range(300)
            for journal, _ in [nodes[n % 2]]
        ]
        both = [(journal, draft) for journal, draft in sent] + [
            (nodes[0][0], draft) for _, draft in sent[::7]
        ]
        await asyncio.gather(*(journal.append(scene.workspace_id, draft) for journal, draft in both))
        for talk in talks:
            entries = await scene.entries(talk)
            assert [entry.seq for entry in entries] == list(range(1, 62))
            assert len({entry.entry_id for entry in entries}) == 61
            assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)


async def test_the_other_node_hears_of_every_entry(scene: Scene, logins: Logins, settings: Settings) -> None:
    talks = [await scene.started() for _ in range(150)]
    async with node(logins, settings) as (journal, own), node(logins, settings) as (_, other):
        drafts = [scene.says(talk, scene.customer) for talk in talks]
        await asyncio.gather(*(journal.append(scene.workspace_id, draft) for draft in drafts))
        async with asyncio.timeout(20):
            while len(other.hints) < 150:
                other.news.clear()
                await other.news.wait()
        assert sorted(other.hints) == sorted(Hint(f"conversation:{talk}", 2, 2) for talk in talks)
        assert own.hints == []
        assert len(own.batches) == 150
