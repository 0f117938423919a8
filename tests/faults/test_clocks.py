"""Clocks jump, on the servers and in the database; a visitor's is a day off: the order of messages is the journal's."""

import random
import shutil
import time
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import pytest
import pytest_asyncio

from tests.database import reachable_folder
from tests.faults.clock import COMPILER, ShiftedClock
from tests.faults.load import Load, Shape, talking
from tests.faults.reading_back import assert_well
from tests.faults.stand import Stand, standing

SHAPE = Shape(conversations=20, watched=6, rate=150)
HOUR, DAY = 3600, 86_400
BACKWARDS = """
    select count(*) from (
        select at < lag(at) over (partition by conversation_id order by seq) as earlier from alongside.entry
    ) each where earlier
"""


@pytest_asyncio.fixture
async def clock() -> AsyncIterator[ShiftedClock]:
    folder = reachable_folder()
    yield ShiftedClock(folder, "all")
    shutil.rmtree(folder)


@pytest.mark.skipif(COMPILER is None, reason="the clock that jumps is written in C")
async def test_the_clocks_of_servers_and_database_jump_an_hour_ahead_and_two_back(
    clock: ShiftedClock,
) -> None:
    async with standing(2, variables=clock.variables) as stand, talking(stand, SHAPE) as load:
        await load.until_acknowledged(60)
        for jump in (HOUR, -HOUR, 0):
            clock.jump_to(jump)
            await load.until_acknowledged(150)
        await assert_well(load)
        assert await backwards(load) == 0, "the journal's times go back"


async def backwards(load: Load) -> int:
    connection = await load.stand.database.connect()
    try:
        return int(await connection.fetchval(BACKWARDS))
    finally:
        await connection.close()


@pytest.mark.parametrize("shift", [DAY, -DAY], ids=["ahead", "behind"])
async def test_a_visitor_whose_clock_is_a_day_off_is_in_order_all_the_same(stand: Stand, shift: int) -> None:
    new_id = ids_by_a_clock_that_is_off(shift)
    shape = Shape(conversations=10, watched=5, rate=150, looking=False, new_id=new_id)
    async with talking(stand, shape) as load:
        await load.until_acknowledged(100)
        stand.balancer.proxy.cut()
        await load.until_acknowledged(100)
        await assert_well(load)


def ids_by_a_clock_that_is_off(seconds: int) -> Callable[[], UUID]:
    """UUIDs of version 7, whose first part is the time in milliseconds; every other one by a right clock."""
    chance = random.Random(seconds)

    def new_id() -> UUID:
        moment = int((time.time() + chance.choice([0, seconds])) * 1000)
        return UUID(
            int=moment << 80 | 0x7 << 76 | chance.getrandbits(12) << 64 | 2 << 62 | chance.getrandbits(62)
        )

    return new_id
