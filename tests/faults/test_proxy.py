"""The proxy does what it is told: what it carries arrives whole and in order, what it swallows never does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing, suppress

import pytest
import pytest_asyncio

from tests.faults.load import until
from tests.faults.proxy import Proxy


@pytest_asyncio.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """Before a program that sends back what it gets."""
    served: set[asyncio.Task[None] | None] = set()

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.add(asyncio.current_task())
        with suppress(ConnectionError), closing(writer):
            while data := await reader.read(65_536):
                writer.write(data)
        with suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        made = Proxy(server.sockets[0].getsockname()[1])
        await made.start()
        yield made
        await made.stop()
    await asyncio.gather(*filter(None, served))


class Caller:
    """Somebody who connects through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def calls(cls, proxy: Proxy) -> "Caller":
        return cls(*await asyncio.open_connection("127.0.0.1", proxy.port))

    async def says(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def hears(self, data: bytes) -> None:
        assert await asyncio.wait_for(self._reader.readexactly(len(data)), 10) == data

    async def is_cut_off(self) -> None:
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(self._reader.readexactly(1), 10)
        with suppress(ConnectionError):
            await self.hangs_up()

    async def hangs_up(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def test_everything_is_carried_both_ways(proxy: Proxy) -> None:
    caller, much = await Caller.calls(proxy), bytes(range(256)) * 20_000
    await asyncio.gather(caller.says(much), caller.hears(much))
    await caller.hangs_up()


async def test_what_is_slow_arrives_whole_and_in_order(proxy: Proxy) -> None:
    caller = await Caller.calls(proxy)
    for delay, rate in ((0.05, 0.0), (0.0, 1e6), (0.01, 1e5), (0.0, 0.0)):
        proxy.delay, proxy.rate = delay, rate
        await caller.says(f"{delay} {rate};".encode() * 100)
    for delay, rate in ((0.05, 0.0), (0.0, 1e6), (0.01, 1e5), (0.0, 0.0)):
        await caller.hears(f"{delay} {rate};".encode() * 100)
    await caller.hangs_up()


async def test_what_is_held_up_arrives_later(proxy: Proxy) -> None:
    caller = await Caller.calls(proxy)
    await caller.says(b"one")
    await caller.hears(b"one")
    assert proxy.become("hold") == 1
    await caller.says(b"two")
    proxy.become("carry")
    await caller.says(b"three")
    await caller.hears(b"twothree")
    await caller.hangs_up()


async def test_a_connection_that_lost_bytes_is_cut_when_it_speaks_again(proxy: Proxy) -> None:
    caller = await Caller.calls(proxy)
    await caller.says(b"one")
    await caller.hears(b"one")
    proxy.go_dark()
    await caller.says(b"lost")
    [crossing] = proxy.crossings
    await until(lambda: crossing.harmed, 10)
    proxy.light_up()
    await caller.says(b"after")
    await caller.is_cut_off()


async def test_a_cut_ends_both_sides_and_the_next_connection_is_carried(proxy: Proxy) -> None:
    caller = await Caller.calls(proxy)
    await caller.says(b"one")
    await caller.hears(b"one")
    assert proxy.cut() == 1
    await caller.is_cut_off()
    again = await Caller.calls(proxy)
    await again.says(b"two")
    await again.hears(b"two")
    await again.hangs_up()


async def test_nobody_is_let_through_while_it_refuses(proxy: Proxy) -> None:
    proxy.refusing = True
    caller = await Caller.calls(proxy)
    await caller.is_cut_off()
