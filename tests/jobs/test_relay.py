"""Facts reach their subscribers at least once, in order, and none is lost."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from uuid import UUID

import msgspec

from alongside.jobs import Relay, Worker, enqueue, job
from alongside.jobs.model import Running
from alongside.jobs.relay import Subscriber
from alongside.kit.events import Fact
from alongside.kit.settings import Settings
from alongside.storage import Connection, Database, Logins, announce


class BillExplained(Fact, frozen=True):
    number: int


class MeterFailed(Fact, frozen=True):
    number: int


class Tell(msgspec.Struct, frozen=True):
    number: int


async def tell(connection: Connection, facts: Sequence[BillExplained]) -> None:
    for fact in facts:
        await enqueue(connection, "tell", Tell(fact.number))


def bills(*subscribers: Subscriber) -> Mapping[type[Fact], tuple[Subscriber, ...]]:
    return {BillExplained: subscribers}


async def happened(database: Database, workspace: UUID, *facts: Fact) -> None:
    async with database.transaction(workspace) as connection:
        for fact in facts:
            await announce(connection, fact)


async def numbers_of_jobs(database: Database, workspace: UUID) -> list[int]:
    async with database.read(workspace) as connection:
        rows = await connection.fetch(
            "select (convert_from(payload, 'UTF8')::jsonb #>> '{payload,number}')::int as number from job order by id"
        )
    return [row["number"] for row in rows]


async def waiting(database: Database, workspace: UUID) -> int:
    async with database.read(workspace) as connection:
        count: int = await connection.fetchval("select count(*) from outbox")
    return count


async def test_facts_are_told_in_order_each_in_its_workspace(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    await happened(database, workspace, *(BillExplained(number=number) for number in range(5)))
    await happened(database, other_workspace, BillExplained(number=99))
    assert await Relay(database, bills(tell)).relay_all() == 6
    assert await numbers_of_jobs(database, workspace) == [0, 1, 2, 3, 4]
    assert await numbers_of_jobs(database, other_workspace) == [99]
    assert await waiting(database, workspace) == 0


async def test_a_fact_of_a_transaction_that_was_undone_is_never_told(
    database: Database, workspace: UUID
) -> None:
    with suppress(ZeroDivisionError):
        async with database.transaction(workspace) as connection:
            await announce(connection, BillExplained(number=1))
            raise ZeroDivisionError
    assert await Relay(database, bills(tell)).relay_all() == 0


async def test_more_facts_than_one_batch_are_all_told(database: Database, workspace: UUID) -> None:
    await happened(database, workspace, *(BillExplained(number=number) for number in range(450)))
    assert await Relay(database, bills(tell)).relay_all() == 450
    assert await numbers_of_jobs(database, workspace) == list(range(450))


async def test_a_fact_whose_subscriber_fails_waits_and_holds_up_no_other(
    database: Database, workspace: UUID
) -> None:
    async def fails_at_one(connection: Connection, facts: Sequence[BillExplained]) -> None:
        await tell(connection, facts)
        if any(fact.number == 1 for fact in facts):
            raise RuntimeError

    await happened(database, workspace, *(BillExplained(number=number) for number in range(3)))
    assert await Relay(database, bills(fails_at_one)).relay_all() == 2
    assert await numbers_of_jobs(database, workspace) == [0, 2]
    assert await waiting(database, workspace) == 1
    async with database.transaction(workspace) as connection:
        assert await connection.fetchval("select failure from outbox") == "RuntimeError"
        await connection.execute("update outbox set not_before = now()")
    assert await Relay(database, bills(tell)).relay_all() == 1
    assert await numbers_of_jobs(database, workspace) == [0, 2, 1]


async def test_a_fact_that_nobody_here_knows_is_kept_for_a_program_that_does(
    database: Database, workspace: UUID
) -> None:
    await happened(database, workspace, MeterFailed(number=7), BillExplained(number=8))
    assert await Relay(database, bills(tell)).relay_all() == 1
    assert await waiting(database, workspace) == 1
    assert await Relay(database, {MeterFailed: ()}).relay_all() == 1  # at once: nobody has put it off


async def test_a_fact_that_nobody_wants_is_forgotten(database: Database, workspace: UUID) -> None:
    await happened(database, workspace, MeterFailed(number=7))
    assert await Relay(database, {MeterFailed: ()}).relay_all() == 1
    assert await waiting(database, workspace) == 0


async def test_a_relay_that_dies_in_the_middle_loses_nothing_and_tells_nothing_by_half(
    database: Database, workspace: UUID
) -> None:
    class Died(BaseException):
        pass

    async def dies_at_two(connection: Connection, facts: Sequence[BillExplained]) -> None:
        await tell(connection, facts)
        if any(fact.number == 2 for fact in facts):
            raise Died

    await happened(database, workspace, *(BillExplained(number=number) for number in range(4)))
    with suppress(Died):
        await Relay(database, bills(dies_at_two)).relay(workspace)
    assert await numbers_of_jobs(database, workspace) == []
    assert await waiting(database, workspace) == 4
    assert await Relay(database, bills(tell)).relay_all() == 4
    assert await numbers_of_jobs(database, workspace) == [0, 1, 2, 3]


async def test_two_relays_at_once_tell_each_fact_once(database: Database, workspace: UUID) -> None:
    await happened(database, workspace, *(BillExplained(number=number) for number in range(300)))
    relays = [Relay(database, bills(tell)) for _ in range(3)]
    await asyncio.gather(*(relay.relay_all() for relay in relays))
    await relays[0].relay_all()
    assert await numbers_of_jobs(database, workspace) == list(range(300))


async def test_from_the_fact_to_the_job_everything_wakes_by_itself(
    database: Database, workspace: UUID
) -> None:
    told: asyncio.Queue[int] = asyncio.Queue()

    @job("tell", Tell)
    async def do_tell(_: Running, payload: Tell) -> None:
        told.put_nowait(payload.number)

    async with Relay(database, bills(tell), poll=3600), Worker(database, [do_tell], 4):
        for number in range(3):
            await happened(database, workspace, BillExplained(number=number))
            assert await asyncio.wait_for(told.get(), 30) == number


async def test_facts_of_one_type_are_told_together_and_types_in_their_order(
    database: Database, workspace: UUID
) -> None:
    heard: list[list[Fact]] = []

    async def hear(_: Connection, facts: Sequence[Fact]) -> None:
        heard.append(list(facts))

    first, second, last = BillExplained(number=1), BillExplained(number=2), BillExplained(number=3)
    await happened(database, workspace, first, second, MeterFailed(number=9), last)
    assert await Relay(database, {BillExplained: (hear,), MeterFailed: (hear,)}).relay_all() == 4
    assert heard == [[first, second], [MeterFailed(number=9)], [last]]


async def test_what_another_process_left_behind_is_found(
    database: Database, workspace: UUID, logins: Logins, settings: Settings
) -> None:
    heard: asyncio.Queue[Fact] = asyncio.Queue()

    async def hear(_: Connection, facts: Sequence[Fact]) -> None:
        for fact in facts:
            heard.put_nowait(fact)

    async with Relay(database, {BillExplained: (hear,)}, poll=0.05), Database(logins, settings) as other:
        await happened(other, workspace, BillExplained(number=5))
        assert await asyncio.wait_for(heard.get(), 30) == BillExplained(number=5)
