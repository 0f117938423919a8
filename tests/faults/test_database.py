"""The database is away, silent, slow, full of others' connections, or another: who writes waits, and loses nothing."""

import asyncio
from contextlib import AsyncExitStack

import asyncpg
import pytest

from tests.faults.cluster import Cluster
from tests.faults.load import Shape, talking
from tests.faults.reading_back import assert_well
from tests.faults.stand import Stand, standing

SHAPE = Shape(conversations=24, watched=6, rate=150)
AWAY = {"unavailable"}
AWAY_OVER_HTTP = ["503"]


async def test_the_database_is_away_for_some_seconds(stand: Stand) -> None:
    async with talking(stand, SHAPE) as load:
        await load.until_acknowledged(100)
        for wire in stand.wires:
            wire.refusing = True
            wire.cut()
        await asyncio.sleep(5)
        for wire in stand.wires:
            wire.refusing = False
        await load.until_acknowledged(200)
        await assert_well(load, AWAY, AWAY_OVER_HTTP)
        assert max(load.diary.waited) > 4, "nobody noticed"


async def test_the_line_to_the_database_goes_dead_for_some_seconds(stand: Stand) -> None:
    async with talking(stand, SHAPE) as load:
        await load.until_acknowledged(100)
        stand.wires[0].go_dark()
        await asyncio.sleep(5)
        stand.wires[0].light_up()
        await load.until_acknowledged(300)
        await assert_well(load, AWAY, [*AWAY_OVER_HTTP, "ReadTimeout"], seconds=90)


async def test_the_database_is_slow(stand: Stand) -> None:
    async with talking(stand, SHAPE) as load:
        await load.until_acknowledged(100)
        for wire in stand.wires:
            wire.delay, wire.rate = 0.05, 200_000
        await load.until_acknowledged(300)
        for wire in stand.wires:
            wire.delay, wire.rate = 0.0, 0.0
        await load.until_acknowledged(100)
        await assert_well(load)


async def test_others_take_all_the_connections_that_the_database_has() -> None:
    async with (
        standing(2, wired=True, options={"max_connections": "50"}) as stand,
        talking(stand, SHAPE) as load,
    ):
        await load.until_acknowledged(100)
        async with AsyncExitStack() as taken:
            await take_all(stand.cluster, taken)
            for wire in stand.wires:
                wire.cut()
            await take_all(stand.cluster, taken)
            await asyncio.sleep(2)
        await load.until_acknowledged(200)
        await assert_well(load, AWAY, AWAY_OVER_HTTP)


async def take_all(cluster: Cluster, taken: AsyncExitStack) -> None:
    """Connect until the database refuses."""
    try:
        while True:
            connection = await cluster.connect()
            taken.push_async_callback(connection.close)
    except asyncpg.TooManyConnectionsError:
        pass


@pytest.mark.parametrize("wired", [True, False], ids=["behind the same address", "at the other address"])
async def test_a_follower_takes_over(wired: bool) -> None:
    async with standing(2, wired=wired, followed=True) as stand, talking(stand, SHAPE) as load:
        await load.until_acknowledged(100)
        [follower] = stand.followers
        await stand.cluster.kill()
        await follower.promote()
        stand.database = follower
        for wire in stand.wires:
            wire.target = follower.port
        await load.until_acknowledged(200)
        await assert_well(load, AWAY, AWAY_OVER_HTTP)
