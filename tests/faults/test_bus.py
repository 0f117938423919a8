"""The line on which servers tell each other what happened is cut, held up, or goes dead; and is healed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.faults.conftest import ENVIRONMENT
from tests.faults.load import Shape, talking, until
from tests.faults.proxy import Crossing, Mode, Proxy
from tests.faults.reading_back import assert_well
from tests.faults.stand import Stand, standing
from tests.realtime.nats_server import NatsServer, nats_server

SHAPE = Shape(conversations=24, watched=12, rate=150)
BROKEN = ("ConnectError", "ReadError", "RemoteProtocolError")


@dataclass
class Bus:
    """The servers, and the proxies through which their bus goes: among much else, for NOTIFY."""

    stand: Stand
    lines: list[Proxy]
    nats: NatsServer | None = None

    def carries(self, crossing: Crossing) -> bool:
        """Whether this connection is the bus's."""
        return crossing.listens or self.nats is not None

    def cut(self) -> int:
        """Break it, everywhere."""
        return sum(line.cut(self.carries) for line in self.lines)

    def become(self, mode: Mode) -> int:
        """Other weather on it, for some of the servers; gives on how many connections."""
        return self.lines[0].become(mode, self.carries)

    def standing_lines(self) -> int:
        """How many of the first proxy's carry something."""
        return sum(self.carries(each) and each.mode == "carry" for each in self.lines[0].crossings)


@pytest_asyncio.fixture(scope="session", params=["notify", "nats"])
async def bus(request: pytest.FixtureRequest, stand: Stand) -> AsyncIterator[Bus]:
    if request.param == "notify":
        yield Bus(stand, stand.wires)
        return
    async with AsyncExitStack() as stack:
        nats = await stack.enter_async_context(nats_server())
        line = Proxy(nats.port)
        await line.start()
        stack.push_async_callback(line.stop)
        environment = {**ENVIRONMENT, "ALONGSIDE_NATS_URL": f"nats://127.0.0.1:{line.port}"}
        yield Bus(await stack.enter_async_context(standing(3, environment=environment)), [line], nats)


async def test_the_bus_is_cut_again_and_again(bus: Bus) -> None:
    async with talking(bus.stand, SHAPE) as load:
        for _ in range(3):
            await load.until_acknowledged(80)
            assert bus.cut() > 0
        await assert_well(load)


async def test_a_bus_that_was_held_up_is_caught_up_with(bus: Bus) -> None:
    async with talking(bus.stand, SHAPE) as load:
        await load.until_acknowledged(60)
        assert bus.become("hold") > 0
        await load.until_acknowledged(300)
        bus.become("carry")
        await assert_well(load)


async def test_servers_find_out_by_themselves_that_the_line_to_the_bus_is_dead(bus: Bus) -> None:
    async with talking(bus.stand, SHAPE) as load:
        await load.until_acknowledged(60)
        assert bus.become("swallow") > 0
        await until(lambda: bus.standing_lines() > 0, 60)
        await load.until_acknowledged(60)
        await assert_well(load)


async def test_a_server_is_killed_before_it_could_tell(bus: Bus) -> None:
    async with talking(bus.stand, SHAPE) as load:
        await load.until_acknowledged(100)
        await bus.stand.nodes[1].kill()
        await load.until_acknowledged(100)
        await assert_well(load, web_excused=BROKEN)
        await bus.stand.nodes[1].start()


@pytest.mark.parametrize("bus", ["nats"], indirect=True)  # NOTIFY's server is the database
async def test_nats_is_killed_and_comes_back(bus: Bus) -> None:
    assert bus.nats is not None
    async with talking(bus.stand, SHAPE) as load:
        await load.until_acknowledged(100)
        await bus.nats.kill()
        await load.until_acknowledged(200)
        await bus.nats.start()
        await load.until_acknowledged(100)
        await assert_well(load)
