"""The line on which servers tell each other what happened is cut, held up, or goes dead; and is healed."""

from tests.faults.load import Shape, talking, until
from tests.faults.proxy import Crossing
from tests.faults.reading_back import assert_well
from tests.faults.stand import Stand

SHAPE = Shape(conversations=24, watched=12, rate=150)


def listens(crossing: Crossing) -> bool:
    return crossing.listens


async def test_the_bus_is_cut_again_and_again(stand: Stand) -> None:
    async with talking(stand, SHAPE) as load:
        for _ in range(2):
            for wire in stand.wires:
                await load.until_acknowledged(60)
                assert wire.cut(listens) > 0
        await assert_well(load)


async def test_a_server_that_is_cut_off_from_the_bus_catches_up_when_it_is_healed(stand: Stand) -> None:
    async with talking(stand, SHAPE) as load:
        await load.until_acknowledged(60)
        assert stand.wires[0].become("hold", listens) > 0
        await load.until_acknowledged(300)
        stand.wires[0].become("carry", listens)
        await assert_well(load)


async def test_a_server_finds_out_by_itself_that_its_line_to_the_bus_is_dead(stand: Stand) -> None:
    wire = stand.wires[1]
    async with talking(stand, SHAPE) as load:
        await load.until_acknowledged(60)
        dead = wire.become("swallow", listens)
        await until(lambda: sum(listens(each) and each.mode == "carry" for each in wire.crossings) > 0, 30)
        await load.until_acknowledged(60)
        await assert_well(load)
        assert dead > 0
