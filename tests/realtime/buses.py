"""Pairs of connected buses of every kind, for one contract."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

from alongside.realtime.bus import AnyMessage, Bus
from alongside.realtime.memory import Exchange, MemoryBus
from alongside.realtime.nats_address import nats_address
from alongside.realtime.nats_bus import NatsBus
from alongside.realtime.notify import NotifyBus
from alongside.realtime.topics import Batch
from alongside.storage import Database
from tests.realtime.nats_server import nats_server

Buses = Callable[[Database, int], AbstractAsyncContextManager[list[Bus]]]


class Ear:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.delivered: list[Batch] = []
        self.heard: list[tuple[str, AnyMessage]] = []
        self.rechecks = 0
        self._news = asyncio.Event()

    def deliver(self, workspace_id: UUID, batches: Sequence[Batch]) -> None:
        self.delivered += batches
        self._news.set()

    def hear(self, node: str, message: AnyMessage) -> None:
        self.heard.append((node, message))
        self._news.set()

    def recheck(self) -> None:
        self.rechecks += 1
        self._news.set()

    @property
    def messages(self) -> list[AnyMessage]:
        """What was said, without who said it."""
        return [message for _, message in self.heard]

    async def wait(self, fulfilled: Callable[[], object]) -> None:
        """Wait until this is so."""
        async with asyncio.timeout(20):
            while not fulfilled():
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def memory_buses(database: Database, count: int) -> AsyncIterator[list[Bus]]:
    """Nodes in one process."""
    exchange = Exchange()
    yield [MemoryBus(exchange) for _ in range(count)]


@asynccontextmanager
async def notify_buses(database: Database, count: int) -> AsyncIterator[list[Bus]]:
    """Nodes on one PostgreSQL; they share this process's listening connection."""
    yield [NotifyBus(database) for _ in range(count)]


@asynccontextmanager
async def nats_buses(database: Database, count: int) -> AsyncIterator[list[Bus]]:
    """Nodes on one NATS and one PostgreSQL."""
    async with nats_server() as server:
        yield [NatsBus(database, nats_address(server.url)) for _ in range(count)]


EVERY_KIND = [memory_buses, notify_buses, nats_buses]
BETWEEN_PROCESSES = [notify_buses, nats_buses]


def kind_of(buses: Buses) -> str:
    """How a test with these buses is called: `nats`."""
    return buses.__name__.removesuffix("_buses")
