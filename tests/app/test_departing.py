"""A server that is told to end: real processes, and people who must not notice."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest_asyncio

from tests.faults.balancing import is_ready
from tests.faults.load import Shape, talking
from tests.faults.reading_back import assert_well
from tests.faults.stand import Stand, standing

LONG_NOTICE = {"ALONGSIDE_DRAIN_NOTICE": "600"}
SHORT_LIMIT = {"ALONGSIDE_DRAIN_LIMIT": "1"}


@pytest_asyncio.fixture
async def lone() -> AsyncIterator[Stand]:
    async with standing(1, environment=LONG_NOTICE) as stand:
        yield stand


async def until_it_says_that_it_leaves(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        while (answer := await client.get(f"{url}/ready")).status_code != 503:
            pass
    return answer


async def test_it_says_so_first_and_serves_on_and_a_second_signal_ends_it_at_once(lone: Stand) -> None:
    node = lone.nodes[0]
    os.kill(node.pid, signal.SIGTERM)
    answer = await until_it_says_that_it_leaves(node.url)
    assert (answer.json()["code"], answer.headers["connection"]) == ("leaving", "close")
    async with httpx.AsyncClient() as client:
        healthy = await client.get(f"{node.url}/health")
        assert (healthy.status_code, healthy.headers["connection"]) == (200, "close")
    async with asyncio.timeout(60):
        while node.running:
            with suppress(ProcessLookupError):
                os.kill(node.pid, signal.SIGTERM)
            await asyncio.sleep(0.2)


async def test_a_request_that_never_ends_does_not_keep_it() -> None:
    async with standing(1, environment=SHORT_LIMIT) as stand:
        node = stand.nodes[0]
        reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
        writer.write(b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        await node.stop()
        writer.close()
        assert await reader.read() is not None


async def test_of_two_servers_behind_a_proxy_one_starts_again_and_nobody_notices() -> None:
    shape = Shape(conversations=20, watched=5, rate=100)
    async with standing(2, environment={"ALONGSIDE_DRAIN_NOTICE": "0.5"}) as stand:
        async with talking(stand, shape) as load:
            for node in stand.nodes:
                await load.until_acknowledged(100)
                await node.stop()
                assert not await is_ready(node.port)
                await load.until_acknowledged(100)
                await node.start()
            await assert_well(load)
        assert {bye.code for bye in load.diary.byes} == {"restarting"}
        assert not load.diary.web_failures
