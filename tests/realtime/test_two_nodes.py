"""Two hubs stay equal with each other and with the journal, though hints get lost, doubled and disordered."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from alongside.kit.actors import Actor
from alongside.realtime.bus import AnyMessage, Bus, Hints, Presence
from alongside.realtime.revocations import Revocation
from alongside.storage import Database
from tests.realtime.buses import EVERY_KIND, Buses, kind_of, nats_buses
from tests.realtime.replica import Replica
from tests.realtime.world import WORKSPACE, Caller, MemoryJournal, Node, agent, hint_of, person


class Nodes:
    """Two nodes on one journal, and on one database that carries their bus."""

    def __init__(self, database: Database, buses: list[Bus]) -> None:
        self.database = database
        self.journal = MemoryJournal()
        self.all = [Node(self.journal, bus) for bus in buses]

    async def write(self, node: Node, topic: str, *texts: str, deliver: bool = True) -> None:
        """Store lines as the journal does: hints inside the commit, delivery here after it."""
        async with self.database.transaction(WORKSPACE) as connection:
            batch = self.journal.write(topic, *texts)
            await node.bus.hint_in(connection, WORKSPACE, [hint_of(batch)])
            if deliver:
                connection.after_commit(lambda: node.bus.deliver(WORKSPACE, [batch]))


@pytest_asyncio.fixture(params=EVERY_KIND, ids=kind_of)
async def nodes(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Nodes]:
    open_buses: Buses = request.param
    async with open_buses(database, 2) as buses:
        nodes = Nodes(database, buses)
        for node in nodes.all:
            await node.bus.start()
        yield nodes
        for node in nodes.all:
            await node.hub.stop()


def losing(node: Node, lost: Callable[[AnyMessage], bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a node not hear, or hear twice, some of what the others say."""
    hear = node.hub.hear

    def half_deaf(sender: str, message: AnyMessage) -> None:
        if not lost(message):
            hear(sender, message)

    monkeypatch.setattr(node.hub, "hear", half_deaf)


async def holds(caller: Caller, topic: str, replica: Replica, count: int) -> None:
    """Wait until a caller has so many lines."""
    taken = 0

    def complete(each: Caller) -> bool:
        nonlocal taken
        for frame in each.frames[taken:]:
            replica.take(frame)
        taken = len(each.frames)
        return replica.upto == count

    await caller.wait(complete)


async def test_what_one_node_writes_the_other_shows(nodes: Nodes) -> None:
    here, there = nodes.all
    topic = nodes.journal.open()
    caller = await there.enter(agent())
    await caller.subscribe(topic)
    await nodes.write(here, topic, "one", "two")
    await nodes.write(here, topic, "three")
    await holds(caller, topic, Replica(topic), 3)


@pytest.mark.parametrize("seed", range(4))
async def test_lost_hints_lose_no_message(nodes: Nodes, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    topics = [nodes.journal.open() for _ in range(3)]
    callers = [(await node.enter(agent()), topic) for node in nodes.all for topic in topics]
    for caller, topic in callers:
        await caller.subscribe(topic)
    for node in nodes.all:
        losing(node, lambda message: isinstance(message, Hints) and chance.random() < 0.4, monkeypatch)
    for number in range(120):
        node, topic = chance.choice(nodes.all), chance.choice(topics)
        deliver = chance.random() < 0.8
        await nodes.write(
            node, topic, *[f"{number}.{part}" for part in range(chance.randint(1, 3))], deliver=deliver
        )
    for node in nodes.all:
        node.pass_time(31)
    for caller, topic in callers:
        replica = Replica(topic)
        await holds(caller, topic, replica, len(nodes.journal.lines[topic]))
        assert list(replica.entries.values()) == [line.text for line in nodes.journal.lines[topic]]


async def test_typing_reading_and_presence_cross_over(nodes: Nodes) -> None:
    here, there = nodes.all
    mara, ines = person(), agent()
    topic = nodes.journal.open(mara.actor)
    customer, colleague = await here.enter(mara), await there.enter(ines)
    await customer.subscribe(topic)
    await colleague.subscribe(topic)
    here.hub.typing(mara, topic, True)
    here.read(topic, "mara", 7)
    here.hub.sweep()
    her = {"kind": "person", "id": str(mara.actor.id)}
    await colleague.wait(
        lambda each: (
            {("typing", "on"), ("read", "seq"), ("presence", "here")}
            == {
                (event["name"], field)
                for event in each.of("event")
                for field in event["data"]
                if event["data"]["who"] in (her, "mara") and field != "who"
            }
        )
    )
    assert mara.actor in there.hub.company.viewers(WORKSPACE, topic)


async def test_a_revocation_reaches_the_other_node(nodes: Nodes) -> None:
    here, there = nodes.all
    ines, otto = agent(), agent()
    first, second = await there.enter(ines), await there.enter(otto)
    here.hub.revoke(Revocation(workspace_id=WORKSPACE, actor=ines.actor))
    assert (await first.first("bye"))["code"] == "unauthenticated"
    async with nodes.database.transaction(WORKSPACE) as connection:
        await here.hub.revoke_in(connection, Revocation(workspace_id=WORKSPACE, session_id=otto.session_id))
        assert second.closed is None
    assert (await second.first("bye"))["code"] == "unauthenticated"


async def test_the_list_of_one_node_hears_what_the_other_changed(nodes: Nodes) -> None:
    here, there = nodes.all
    topic = nodes.journal.open()
    caller = await there.enter(agent())
    await caller.subscribe("desk")
    await nodes.write(here, topic, "hello")
    await caller.wait(lambda each: [e for e in each.of("event") if e["data"] == {topic: 1}])
    here.hub.touch(WORKSPACE, [f"conversation:{uuid4()}"])
    await caller.wait(lambda each: len([e for e in each.of("event") if e["name"] == "summary"]) == 2)


async def test_a_broken_line_is_made_up_for(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = nodes.all
    topic = nodes.journal.open()
    caller = await there.enter(agent())
    await caller.subscribe(topic)
    broken = True
    losing(there, lambda message: broken and not isinstance(message, Presence), monkeypatch)
    await nodes.write(here, topic, "missed")
    here.read(topic, "mara", 1)
    mark = Revocation(workspace_id=uuid4())
    here.hub.revoke(mark)
    broken = False
    there.hub.recheck()
    await nodes.write(here, topic, "heard")
    replica = Replica(topic)
    await holds(caller, topic, replica, 2)
    assert replica.reads == {"mara": 1}


async def test_who_was_on_a_node_that_dies_is_gone_by_itself(nodes: Nodes) -> None:
    here, there = nodes.all
    mara, ines = person(), agent()
    topic = nodes.journal.open(mara.actor)
    customer, colleague = await here.enter(mara), await there.enter(ines)
    await customer.subscribe(topic)
    await colleague.subscribe(topic)
    here.hub.sweep()
    await colleague.wait(lambda each: presence_of(each, mara.actor.id) == [True])
    await here.bus.stop()
    async with asyncio.timeout(20):
        while True:  # its last words may still be under way
            there.pass_time(17)
            if presence_of(colleague, mara.actor.id)[-1] is False:
                break
            await asyncio.sleep(0.02)
    assert not there.hub.company.online(WORKSPACE, mara.actor)


def presence_of(caller: Caller, person_id: UUID | None) -> list[bool]:
    """What a caller was told of somebody's coming and going."""
    return [
        event["data"]["here"]
        for event in caller.of("event")
        if event["name"] == "presence" and event["data"]["who"]["id"] == str(person_id)
    ]


async def test_what_a_node_stored_and_never_told_is_found(nodes: Nodes) -> None:
    here, there = nodes.all
    topic = nodes.journal.open()
    caller = await there.enter(agent())
    await caller.subscribe(topic)
    nodes.journal.write(topic, "stored by a node that was killed before it could say so")
    there.pass_time(30 if here.bus.certain else 5)
    await holds(caller, topic, Replica(topic), 1)


async def test_after_the_death_of_a_node_that_tells_after_the_commit_lists_are_fresh(
    database: Database,
) -> None:
    async with nats_buses(database, 2) as buses:
        nodes = Nodes(database, buses)
        here, there = nodes.all
        for node in nodes.all:
            await node.bus.start()
        mara = person()
        await here.enter(mara)
        desk = await there.enter(agent())
        await desk.subscribe("desk")
        here.hub.sweep()
        await there_knows(there, mara.actor)
        there.pass_time(17)
        await desk.wait(lambda each: len(each.of("subscribed")) == 2)
        for node in nodes.all:
            await node.hub.stop()


async def there_knows(node: Node, actor: Actor) -> None:
    """Wait until a node has heard that somebody is on another one."""
    async with asyncio.timeout(20):
        while True:
            if node.hub.company.online(WORKSPACE, actor):
                return
            await asyncio.sleep(0.01)
