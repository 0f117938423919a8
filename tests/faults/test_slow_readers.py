"""Readers that stop reading, lines that freeze without a word: cut before they cost much memory, and they resume."""

import re

import httpx
import psutil

from tests.faults.load import Load, Shape, talking
from tests.faults.reading_back import assert_well
from tests.faults.stand import Stand

SHAPE = Shape(conversations=4, watched=4, rate=300, window=40, text="All about my bill. " * 500)
MEGABYTE = 1 << 20
# The outboxes of one megabyte, what the kernel and Python take for moving them, and all else that grows with a load.
MOST = 80 * MEGABYTE


async def test_slow_and_frozen_readers_are_cut_and_resume(stand: Stand) -> None:
    async with talking(stand, SHAPE) as load:
        await load.until_acknowledged(200)
        before = [psutil.Process(node.pid).memory_info().rss for node in stand.nodes]
        cuts = await overflows(load)
        for tab in load.tabs[:2]:
            tab.stall()
        frozen = stand.balancer.proxy.become("freeze", lambda crossing: crossing.near_port in ports_of(load))
        assert frozen == 2
        await until_cut(load, cuts + 4)
        grown = [
            psutil.Process(node.pid).memory_info().rss - was
            for node, was in zip(stand.nodes, before, strict=True)
        ]
        assert max(grown) < MOST, grown
        for tab in load.tabs[:2]:
            tab.wake()
        await assert_well(load)
        assert {bye.code for bye in load.diary.byes} <= {"too_slow"}


def ports_of(load: Load) -> set[int]:
    """The ports from which the other two tabs connect."""
    return {tab.port for tab in load.tabs[2:]}


async def until_cut(load: Load, wanted: int) -> None:
    while await overflows(load) < wanted:
        await load.until_acknowledged(50)


async def overflows(load: Load) -> int:
    """How many readers the servers have cut so far."""
    total = 0.0
    async with httpx.AsyncClient() as client:
        for node in load.stand.nodes:
            page = (await client.get(f"{node.url}/metrics")).text
            total += sum(
                float(value)
                for value in re.findall(r"^alongside_outbox_overflows_total (\S+)", page, re.MULTILINE)
            )
    return int(total)
