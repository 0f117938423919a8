"""One leader: found at once, followed within seconds, and held to what the database says."""

import asyncio
from datetime import timedelta

import pytest

from alongside.jobs.leading import Leading
from alongside.kit.errors import Conflict
from alongside.storage import Connection, Database


async def age(database: Database, by: timedelta) -> None:
    """Time passes for the leases."""
    async with database.transaction(None) as connection:
        await connection.execute("update lease set until = until - $1::interval", by)


async def test_of_many_that_want_to_lead_one_does(database: Database) -> None:
    nodes = [Leading(database, "schedule") for _ in range(5)]
    assert sum(await asyncio.gather(*(node.renew() for node in nodes))) == 1
    assert sum(await asyncio.gather(*(node.renew() for node in nodes))) == 1


async def test_who_renews_keeps_the_same_term(database: Database) -> None:
    node = Leading(database, "schedule")
    assert await node.renew()
    term = node.term
    assert await node.renew()
    assert node.term == term


async def test_one_task_s_leader_is_not_the_other_s(database: Database) -> None:
    assert await Leading(database, "schedule").renew()
    assert await Leading(database, "another").renew()


async def test_a_lease_that_is_not_renewed_goes_to_the_next(database: Database) -> None:
    first, second = Leading(database, "schedule"), Leading(database, "schedule")
    assert await first.renew()
    assert not await second.renew()
    await age(database, timedelta(seconds=7))
    assert await second.renew()
    assert first.term is not None
    assert second.term == first.term + 1


async def test_who_resigns_is_followed_at_once(database: Database) -> None:
    first, second = Leading(database, "schedule"), Leading(database, "schedule")
    await first.renew()
    await first.resign()
    assert await second.renew()


async def test_a_leader_that_was_frozen_can_do_nothing_any_more(database: Database) -> None:
    frozen, next_one = Leading(database, "schedule"), Leading(database, "schedule")
    await frozen.renew()
    await age(database, timedelta(seconds=7))
    await next_one.renew()
    with pytest.raises(Conflict):
        async with database.transaction(None) as connection:
            await frozen.confirm(connection)
    assert not await frozen.renew()


async def test_a_lease_that_has_run_out_confirms_nothing_even_if_nobody_took_it(database: Database) -> None:
    node = Leading(database, "schedule")
    await node.renew()
    await age(database, timedelta(seconds=7))
    async with database.transaction(None) as connection:
        with pytest.raises(Conflict):
            await node.confirm(connection)


async def test_nobody_takes_over_while_the_leader_s_work_is_being_committed(database: Database) -> None:
    leader, other = Leading(database, "schedule"), Leading(database, "schedule")
    await leader.renew()
    order: list[str] = []

    async def take_over() -> None:
        await other.renew()
        order.append("taken over")

    async with database.transaction(None) as connection:
        await leader.confirm(connection)
        waiting = asyncio.create_task(wait_for_the_row(database, order))
        await until_somebody_waits(connection)
        order.append("committed")
    await waiting
    await age(database, timedelta(seconds=7))
    await take_over()
    assert order == ["committed", "row was free", "taken over"]


async def wait_for_the_row(database: Database, order: list[str]) -> None:
    async with database.transaction(None) as connection:
        await connection.execute("select from lease where name = 'schedule' for update")
        order.append("row was free")


async def until_somebody_waits(connection: Connection) -> None:
    async with asyncio.timeout(20):
        while not await connection.fetchval("select exists (select from pg_locks where not granted)"):
            pass


async def test_a_clock_of_the_database_that_was_set_back_leaves_nobody_leading_for_ever(
    database: Database,
) -> None:
    dead, other = Leading(database, "schedule"), Leading(database, "schedule")
    await dead.renew()
    await age(database, timedelta(hours=-1))
    assert await other.renew()
