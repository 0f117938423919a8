"""One contract for every bus."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import msgspec
import pytest
import pytest_asyncio

from alongside.kit.actors import person
from alongside.realtime.bus import AnyMessage, Bus, Happening, Hints, Missed, Presence, Revoke, Told, Touched
from alongside.realtime.revocations import Revocation
from alongside.realtime.topics import Batch, Hint
from alongside.storage import Database
from tests.realtime.buses import EVERY_KIND, Buses, Ear, kind_of

WORKSPACE = UUID(int=1)
TOPIC = f"conversation:{uuid4()}"


class Undone(Exception):
    """A transaction that fails."""


class Two:
    """Two nodes and what they hear."""

    def __init__(self, here: Bus, there: Bus) -> None:
        self.here, self.there = here, there
        self.near, self.far = Ear(), Ear()
        here.attach(self.near)
        there.attach(self.far)

    async def settle(self) -> None:
        """Everything said so far has arrived."""
        mark = Touched(WORKSPACE, [str(uuid4())])
        self.here.tell(mark)
        await self.far.wait(lambda: mark in self.far.messages)
        self.far.heard = [(node, message) for node, message in self.far.heard if message != mark]


@pytest_asyncio.fixture(params=EVERY_KIND, ids=kind_of)
async def two(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Two]:
    open_buses: Buses = request.param
    async with open_buses(database, 2) as (here, there):
        pair = Two(here, there)
        await here.start()
        await there.start()
        yield pair
        await here.stop()
        await there.stop()


async def test_nodes_are_told_apart(two: Two) -> None:
    assert two.here.node_id != two.there.node_id
    assert two.here.channel == two.there.channel


async def test_what_is_delivered_stays_here(two: Two) -> None:
    batch = Batch(TOPIC, 0, 1, [])
    two.here.deliver(WORKSPACE, [batch])
    await two.settle()
    assert (two.near.delivered, two.near.heard) == ([batch], [])
    assert (two.far.delivered, two.far.heard) == ([], [])


async def test_hints_are_heard_elsewhere_when_the_transaction_commits(two: Two, database: Database) -> None:
    async with database.transaction(WORKSPACE) as connection:
        await two.here.hint_in(connection, WORKSPACE, [Hint(TOPIC, 1, 3)])
        await two.settle()
        assert two.far.heard == []
    await two.settle()
    assert two.far.heard == [(two.here.node_id, Hints(WORKSPACE, [Hint(TOPIC, 1, 3)]))]
    assert two.near.heard == []


async def test_nothing_is_heard_of_what_was_undone(two: Two, database: Database) -> None:
    with pytest.raises(Undone):
        async with database.transaction(WORKSPACE) as connection:
            await two.here.hint_in(connection, WORKSPACE, [Hint(TOPIC, 1, 1)])
            await two.here.tell_in(connection, Revoke(Revocation(workspace_id=WORKSPACE)))
            raise Undone
    await two.settle()
    assert two.far.heard == []


async def test_any_number_of_hints_arrives(two: Two, database: Database) -> None:
    hints = [Hint(f"conversation:{uuid4()}", 2**40, 2**40 + 1) for _ in range(1000)]
    async with database.transaction(WORKSPACE) as connection:
        await two.here.hint_in(connection, WORKSPACE, hints)
    await two.settle()
    messages = [message for message in two.far.messages if isinstance(message, Hints)]
    assert [hint for message in messages for hint in message.hints] == hints


async def test_an_event_is_told_to_everybody_once(two: Two) -> None:
    mara = person(uuid4())
    happening = Happening(name="typing", data={"on": True}, audience="team", skip=mara)
    two.here.broadcast(WORKSPACE, TOPIC, happening)
    await two.settle()
    told = Told(WORKSPACE, TOPIC, happening)
    assert two.near.messages == [told]
    assert two.far.messages == [told]


async def test_every_kind_of_message_arrives_as_it_was_in_order(two: Two) -> None:
    messages: list[AnyMessage] = [
        Touched(WORKSPACE, ["desk", TOPIC]),
        Hints(WORKSPACE, [Hint(TOPIC, 1, 2)]),
        Told(WORKSPACE, TOPIC, Happening(name="typing", data=None)),
        Missed(),
        Presence(msgspec.Raw(b'{"note":"beat","version":3}')),
        *(Touched(WORKSPACE, [str(number)]) for number in range(300)),
    ]
    for message in messages:
        two.here.tell(message)
    await two.settle()
    assert [msgspec.json.encode(message) for message in two.far.messages] == [
        msgspec.json.encode(message) for message in messages
    ]


async def test_a_revocation_is_heard_elsewhere_alone_or_with_its_transaction(
    two: Two, database: Database
) -> None:
    alone = Revoke(Revocation(workspace_id=WORKSPACE, actor=person(uuid4()), topic=TOPIC, come_back=True))
    within = Revoke(Revocation(workspace_id=WORKSPACE, session_id=uuid4()))
    two.here.tell(alone)
    await two.far.wait(lambda: alone in two.far.messages)
    async with database.transaction(WORKSPACE) as connection:
        await two.here.tell_in(connection, within)
        await two.settle()
        assert within not in two.far.messages
    await two.far.wait(lambda: within in two.far.messages)
    assert two.near.heard == []


async def test_the_line_stands(two: Two) -> None:
    assert two.here.connected
    assert two.there.connected


async def test_a_node_that_has_stopped_hears_nothing(two: Two, database: Database) -> None:
    await two.there.stop()
    two.here.tell(Touched(WORKSPACE, ["desk"]))
    async with database.transaction(WORKSPACE) as connection:
        await two.here.hint_in(connection, WORKSPACE, [Hint(TOPIC, 1, 1)])
    await two.here.stop()
    assert two.far.heard == []
