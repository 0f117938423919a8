"""Thousands come back at once: each resumes from what it holds, and sees all that was written meanwhile."""

import asyncio
import resource

from tests.faults.load import Load, Shape, talking, until
from tests.faults.reading_back import assert_well
from tests.faults.screen import Screen
from tests.faults.stand import Stand

SHAPE = Shape(conversations=50, watched=5, rate=50)
SOCKETS = 2_000
DESCRIPTORS = 4 * SOCKETS


async def test_two_thousand_sockets_come_back_when_all_servers_have_been_killed(stand: Stand) -> None:
    allow_descriptors()
    async with talking(stand, SHAPE) as load:
        await bring(load, SOCKETS - len(load.screens))
        await load.until_acknowledged(50)
        await asyncio.gather(*(node.kill() for node in stand.nodes))
        await until(lambda: not any(screen.welcomed.is_set() for screen in load.screens), 30)
        for node in stand.nodes:
            await node.start()
        await until(lambda: all(screen.welcomed.is_set() for screen in load.screens), 60)
        await load.until_acknowledged(50)
        await assert_well(load, web_excused=["ConnectError", "ReadError", "RemoteProtocolError", "503"])
        assert load.diary.losses >= SOCKETS


def allow_descriptors() -> None:
    """Sockets of the clients and, twice as many, of the balancer are all in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < DESCRIPTORS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(DESCRIPTORS, hard), hard))


async def bring(load: Load, count: int) -> None:
    """So many more tabs, each with the conversation of its visitor."""
    for number in range(count):
        who = load.invited[number % len(load.invited)]
        screen = Screen(load.stand.url, f"one of many {number}", who.token, [who.topic], load.diary)
        load.crowd.append(screen)
        screen.open()
        if number % 100 == 99:
            await until(lambda: all(screen.welcomed.is_set() for screen in load.crowd), 60)
