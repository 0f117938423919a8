"""What is special about the bus over NOTIFY."""

from uuid import UUID, uuid4

import msgspec
import pytest

from alongside.realtime.bus import Envelope, Happening, Hints, Revoke, Told, Touched
from alongside.realtime.notify import LONGEST_LINE, NotifyBus
from alongside.realtime.revocations import Revocation
from alongside.realtime.topics import Hint
from alongside.storage import Database, notify
from tests.realtime.buses import Ear

WORKSPACE = UUID(int=1)


async def test_a_function_of_the_database_can_send_hints_itself(database: Database) -> None:
    bus, ear = NotifyBus(database), Ear()
    bus.attach(ear)
    await bus.start()
    topic = f"conversation:{uuid4()}"
    async with database.transaction(WORKSPACE) as connection:
        await connection.execute(
            """
            select pg_notify($1, json_build_object('from', 'another', 'messages', json_build_array(
                json_build_object('type', 'hints', 'workspace_id', $2::uuid,
                    'hints', json_build_array(json_build_array($3::text, 1, 2)))))::text)
            """,
            bus.channel,
            WORKSPACE,
            topic,
        )
    await ear.wait(lambda: ear.heard)
    assert ear.heard == [("another", Hints(WORKSPACE, [Hint(topic, 1, 2)]))]


async def test_its_own_messages_are_not_for_itself(database: Database) -> None:
    bus, ear = NotifyBus(database), Ear()
    bus.attach(ear)
    await bus.start()
    own = msgspec.json.encode(Envelope(bus.node_id, [Touched(WORKSPACE, ["mine"])]))
    other = msgspec.json.encode(Envelope("another", [Touched(WORKSPACE, ["theirs"])]))
    async with database.transaction(WORKSPACE) as connection:
        await notify(connection, bus.channel, own.decode())
        await notify(connection, bus.channel, other.decode())
    await ear.wait(lambda: ear.heard)
    assert ear.messages == [Touched(WORKSPACE, ["theirs"])]


@pytest.mark.parametrize("payload", ["", "{", "[]", '{"from":"x","messages":[{"type":"dance"}]}'])
async def test_nonsense_on_the_channel_is_passed_over(database: Database, payload: str) -> None:
    bus, ear = NotifyBus(database), Ear()
    bus.attach(ear)
    await bus.start()
    good = msgspec.json.encode(Envelope("another", [Touched(WORKSPACE, ["desk"])]))
    async with database.transaction(WORKSPACE) as connection:
        await notify(connection, bus.channel, payload)
        await notify(connection, bus.channel, good.decode())
    await ear.wait(lambda: ear.heard)
    assert ear.messages == [Touched(WORKSPACE, ["desk"])]


async def test_after_a_lost_connection_everything_is_looked_at_again(database: Database) -> None:
    bus, ear = NotifyBus(database), Ear()
    bus.attach(ear)
    await bus.start()
    async with database.read(None) as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and query ilike 'listen%'"
        )
    await ear.wait(lambda: ear.rechecks)
    other = NotifyBus(database)
    other.tell(Touched(WORKSPACE, ["desk"]))
    await ear.wait(lambda: ear.heard)
    await other.stop()


async def test_what_is_too_long_is_dropped_alone(database: Database) -> None:
    bus, other, ear = NotifyBus(database), NotifyBus(database), Ear()
    bus.attach(ear)
    await bus.start()
    other.broadcast(WORKSPACE, "desk", Happening(name="page", data="x" * 9000))
    other.tell(Touched(WORKSPACE, ["desk"]))
    await ear.wait(lambda: ear.heard)
    assert ear.messages == [Touched(WORKSPACE, ["desk"])]
    await other.stop()


async def test_in_a_transaction_what_is_too_long_is_refused(database: Database) -> None:
    told = Told(WORKSPACE, "desk", Happening(name="page", data="x" * 9000))
    async with database.transaction(WORKSPACE) as connection:
        with pytest.raises(ValueError, match="too long"):
            await NotifyBus(database).tell_in(connection, told)


async def test_payloads_stay_below_the_limit_whatever_they_hold(database: Database) -> None:
    bus, other, ear = NotifyBus(database), NotifyBus(database), Ear()
    bus.attach(ear)
    await bus.start()
    messages = [Touched(WORKSPACE, ["ü" * (size % 3000)]) for size in range(0, 60_000, 97)]
    for message in messages:
        other.tell(message)
    await ear.wait(lambda: len(ear.heard) == len(messages))
    assert ear.messages == messages
    await other.stop()


async def test_while_the_database_is_away_revocations_are_kept(database: Database) -> None:
    bus = NotifyBus(database)
    revoke = Revoke(Revocation(workspace_id=WORKSPACE))
    bus.tell(revoke)
    for number in range(LONGEST_LINE + 5):
        bus.tell(Touched(WORKSPACE, [str(number)]))
    other, ear = NotifyBus(database), Ear()
    other.attach(ear)
    await other.start()
    await ear.wait(lambda: len(ear.heard) == LONGEST_LINE)
    assert ear.messages[0] == revoke
    assert ear.messages[-1] == Touched(WORKSPACE, [str(LONGEST_LINE + 4)])
    await bus.stop()
