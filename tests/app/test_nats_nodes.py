"""Servers that hear each other over NATS: it dies and comes back, a server is killed, and nobody misses anything."""

import asyncio

import httpx

from tests.faults.load import Shape, talking
from tests.faults.node import Node
from tests.faults.reading_back import assert_well
from tests.faults.stand import standing
from tests.realtime.nats_server import nats_server


async def until_bus(node: Node, wanted: str) -> None:
    """Wait until a server says this of its bus."""
    async with asyncio.timeout(60), httpx.AsyncClient() as client:
        while True:
            answer = await client.get(f"{node.url}/ready")
            assert answer.status_code == 200, "a server without NATS can serve all the same"
            if answer.json()["bus"] == wanted:
                return
            await asyncio.sleep(0.1)


async def test_nats_dies_and_comes_back_under_load() -> None:
    shape = Shape(conversations=20, watched=10, rate=150)
    async with (
        nats_server() as nats,
        standing(3, environment={"ALONGSIDE_NATS_URL": nats.url}) as stand,
        talking(stand, shape) as load,
    ):
        for node in stand.nodes:
            await until_bus(node, "ok")
        await load.until_acknowledged(200)
        await nats.kill()
        for node in stand.nodes:
            await until_bus(node, "away")
        await load.until_acknowledged(200)
        await nats.start()
        for node in stand.nodes:
            await until_bus(node, "ok")
        await load.until_acknowledged(200)
        await stand.nodes[0].kill()
        await load.until_acknowledged(200)
        await assert_well(load)


async def test_servers_start_without_nats_and_join_it_when_it_comes() -> None:
    async with nats_server() as nats:
        await nats.kill()
        async with standing(1, environment={"ALONGSIDE_NATS_URL": nats.url}) as stand:
            await until_bus(stand.nodes[0], "away")
            assert "nats_away" in stand.nodes[0].log
            await nats.start()
            await until_bus(stand.nodes[0], "ok")
