"""kill -9 of the server, of the database, of one node of three: nothing acknowledged is lost, doubled or moved."""

from tests.faults.load import Shape, talking
from tests.faults.reading_back import assert_well
from tests.faults.stand import Stand, standing, standing_alone

SHAPE = Shape(conversations=24, watched=6, rate=150)
# What a browser sees of a request that was under way, or that nobody was there to answer.
BROKEN = ("ConnectError", "ReadError", "RemoteProtocolError")


async def test_one_node_of_three_is_killed(stand: Stand) -> None:
    async with talking(stand, SHAPE) as load:
        await load.until_acknowledged(100)
        await stand.nodes[0].kill()
        await load.until_acknowledged(100)
        await stand.nodes[0].start()
        await assert_well(load, web_excused=BROKEN)
        assert load.diary.losses > 0


async def test_the_only_server_is_killed_and_its_embedded_database_with_it() -> None:
    async with standing_alone() as stand, talking(stand, SHAPE) as load:
        await load.until_acknowledged(100)
        await stand.nodes[0].kill()
        await stand.nodes[0].start()
        await load.until_acknowledged(100)
        await assert_well(load, web_excused=BROKEN)
        assert load.diary.resent > 0


async def test_the_database_is_killed_in_each_way() -> None:
    async with standing(2) as stand, talking(stand, SHAPE) as load:
        for everything in (True, False):
            await load.until_acknowledged(100)
            await stand.cluster.kill(everything=everything)
            await stand.cluster.start()
        await load.until_acknowledged(100)
        await stand.cluster.kill_backend()
        await load.until_acknowledged(200)
        await assert_well(load, excused={"unavailable"}, web_excused=["503"])
