"""Three servers, one leader: killed, frozen, or told to end, it is followed by another."""

import asyncio
import os
import signal

import httpx

from tests.faults.node import Node
from tests.faults.stand import standing

LEADS = 'alongside_leading{task="schedule"} 1.0'


async def leads(node: Node) -> bool:
    """Whether a server says of itself that it leads."""
    async with httpx.AsyncClient() as client:
        return LEADS in (await client.get(f"{node.url}/metrics")).text


async def leader(nodes: list[Node]) -> Node:
    """The one that leads, once there is one."""
    async with asyncio.timeout(60):
        while True:
            leading = [node for node in nodes if await leads(node)]
            if len(leading) == 1:
                return leading[0]
            await asyncio.sleep(0.1)


async def test_a_leader_that_is_killed_or_frozen_or_ends_is_followed_by_another() -> None:
    async with standing(3) as stand:
        nodes = list(stand.nodes)
        first = await leader(nodes)
        nodes.remove(first)
        await first.kill()
        second = await leader(nodes)
        nodes.remove(second)
        os.kill(second.pid, signal.SIGSTOP)
        third = await leader(nodes)
        os.kill(second.pid, signal.SIGCONT)
        assert await leader([second, third]) is third
        await third.stop()
        assert await leader([second]) is second
