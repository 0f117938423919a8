"""An upgrade under load: one server after the other is told to end, and comes back."""

from tests.faults.load import Shape, talking
from tests.faults.reading_back import assert_well
from tests.faults.stand import Stand

SHAPE = Shape(conversations=30, watched=10, rate=200)


async def test_a_rolling_restart_of_three_servers_loses_nothing_and_shows_no_error(stand: Stand) -> None:
    async with talking(stand, SHAPE) as load:
        for node in stand.nodes:
            await load.until_acknowledged(100)
            await node.stop()
            await load.until_acknowledged(100)
            await node.start()
        await assert_well(load)
        assert load.diary.byes, "nobody was told"
        assert {bye.code for bye in load.diary.byes} == {"restarting"}
        assert load.diary.web_requests > 0
