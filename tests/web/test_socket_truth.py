"""State and events over real sockets come to the same as asking again, whatever happens on the way."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed

from alongside.realtime.bus import AnyMessage, Hints
from alongside.realtime.memory import Exchange, MemoryBus
from alongside.realtime.sessions import Audience, Session
from alongside.realtime.topics import Batch
from tests.realtime.replica import Replica
from tests.realtime.world import WORKSPACE, MemoryJournal, Node, agent, hint_of, person
from tests.web.socket_server import Served, Wire, serving


class Screen:
    """A client that loses its connection and comes back, to any node, resuming from what it holds."""

    def __init__(self, session: Session, topic: str, chance: random.Random) -> None:
        self.session = session
        self.replica = Replica(topic)
        self.changed = asyncio.Event()
        self.connections = 0
        self._chance = chance
        self._wire: Wire | None = None

    async def run(self, nodes: list[Served]) -> None:
        """Be connected, again and again."""
        while True:
            with suppress(ConnectionClosed):
                async with self._chance.choice(nodes).enter(self.session) as wire:
                    self.connections += 1
                    await self._follow(wire)

    async def _follow(self, wire: Wire) -> None:
        self._wire = wire
        await wire.say(type="subscribe", id="s", topic=self.replica.topic, after=self.replica.upto)
        while True:
            self.replica.take(await wire.next())
            self.changed.set()

    def cut(self) -> None:
        """Lose the connection, without a word."""
        if self._wire:
            self._wire.raw.transport.abort()

    async def until(self, held: tuple[object, object, object]) -> None:
        """Wait until it holds this."""
        async with asyncio.timeout(20):
            while self.replica.held != held:
                self.changed.clear()
                await self.changed.wait()


class Weather:
    """Writes, and lets deliveries be lost, doubled, late and in disorder."""

    def __init__(
        self, nodes: list[Served], journal: MemoryJournal, topic: str, chance: random.Random
    ) -> None:
        self._nodes = [served.node for served in nodes]
        self._journal = journal
        self._topic = topic
        self._chance = chance
        self._late: list[tuple[Node, Batch]] = []

    def write(self, number: int) -> None:
        """One more entry or two; somebody hears of it somehow."""
        texts = [f"{number}.{part}" for part in range(self._chance.randint(1, 2))]
        audience: Audience = "team" if self._chance.random() < 0.2 else "everyone"
        batch = self._journal.write(self._topic, *texts, audience=audience)
        here, there = self._chance.sample(self._nodes, 2)
        for _ in range(self._chance.choice([0, 1, 1, 1, 2])):
            here.bus.deliver(WORKSPACE, [batch])
        for _ in range(self._chance.choice([0, 1, 1, 2])):
            there.hub.hear(here.bus.node_id, Hints(WORKSPACE, [hint_of(batch)]))
        if self._chance.random() < 0.3:
            self._late.append((self._chance.choice(self._nodes), batch))

    def deliver_late(self) -> None:
        """What was held up arrives, in any order."""
        self._chance.shuffle(self._late)
        while self._late:
            node, batch = self._late.pop()
            node.bus.deliver(WORKSPACE, [batch])

    def read(self) -> None:
        """Somebody reads."""
        seq = self._chance.randint(0, len(self._journal.lines[self._topic]))
        self._chance.choice(self._nodes).read(self._topic, self._chance.choice(["mara", "ines"]), seq)


@pytest_asyncio.fixture
async def nodes() -> AsyncIterator[list[Served]]:
    exchange, journal = Exchange(), MemoryJournal()
    async with AsyncExitStack() as stack:
        served = []
        for _ in range(2):
            node = Node(journal, MemoryBus(exchange), page=1000)
            await node.bus.start()
            served.append(await stack.enter_async_context(serving(node)))
        yield served


@pytest.mark.parametrize("seed", range(6))
async def test_state_and_events_equal_what_asking_again_gives(nodes: list[Served], seed: int) -> None:
    chance = random.Random(seed)
    journal = nodes[0].node.journal
    mara = person()
    topic = journal.open(mara.actor)
    screens = [Screen(session, topic, chance) for session in (mara, mara, agent(), agent())]
    weather = Weather(nodes, journal, topic, chance)
    running = [asyncio.create_task(screen.run(nodes)) for screen in screens]
    for number in range(150):
        weather.write(number)
        if chance.random() < 0.2:
            weather.deliver_late()
        if chance.random() < 0.3:
            weather.read()
        if chance.random() < 0.05:
            chance.choice(screens).cut()
        if chance.random() < 0.02:
            chance.choice(nodes).node.hub.recheck()
        if chance.random() < 0.5:
            await asyncio.sleep(0)
    for served in nodes:
        served.node.pass_time(31)
    for screen in screens:
        await screen.until(await asked_again(nodes, screen.session, topic))
    assert sum(screen.connections for screen in screens) > len(screens)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def asked_again(nodes: list[Served], session: Session, topic: str) -> tuple[object, object, object]:
    """What a client that knows nothing gets now."""
    fresh = Replica(topic)
    async with nodes[0].enter(session) as wire:
        await wire.say(type="subscribe", id="s", topic=topic)
        fresh.take(await wire.next("subscribed"))
    return fresh.held


async def test_a_deaf_node_catches_up_when_its_line_is_mended(
    nodes: list[Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = (served.node for served in nodes)
    topic = here.journal.open()
    screen = Screen(agent(), topic, random.Random(0))
    running = asyncio.create_task(screen.run(nodes[1:]))
    await screen.until((0, [], {}))

    def deaf(node: str, message: AnyMessage) -> None:
        """Hears nothing."""

    monkeypatch.setattr(there.hub, "hear", deaf)
    here.write(topic, "one", "two")
    here.read(topic, "ines", 2)
    monkeypatch.undo()
    there.hub.recheck()
    await screen.until((2, [(1, "one"), (2, "two")], {"ines": 2}))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
