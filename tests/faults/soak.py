"""Twenty kills each of the server, the database and one of three nodes, under load, with the checker after each part.

    python -m tests.faults.soak --kills 20 --rate 1000        # about ten minutes; writes docs/reports/faults.md
    python -m tests.faults.soak --kills 2 --rate 300 --only nodes --no-write
    python -m tests.faults.soak --only away --no-write        # the database is away for a minute, once

Ends by itself: each part has its share of `--minutes`, and says so if that was too short for its kills. Exit 0 only
when every kill was done and all is well.
"""

import argparse
import asyncio
import itertools
import os
import sys
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.machine import describe
from tests.faults.checking import judge
from tests.faults.load import Load, Shape, talking
from tests.faults.reading_back import gather_evidence
from tests.faults.soak_report import Part, Run, written_report
from tests.faults.stand import Stand, standing, standing_alone

REPORT = Path(__file__).parents[2] / "docs" / "reports" / "faults.md"
BROKEN = ("ConnectError", "ReadError", "RemoteProtocolError", "ReadTimeout", "ConnectTimeout")
_FLOWING_SECONDS = 3.0
_CHECKING_SECONDS = 60.0
Kill = Callable[[Stand, int], Awaitable[None]]


@dataclass(frozen=True)
class Plan:
    """A part of the run: where, what is killed and started again, and which refusals that excuses."""

    name: str
    stand: Callable[[], AbstractAsyncContextManager[Stand]]
    kill: Kill
    excused: Collection[str] = ()
    kills: int = 0  # 0: as many as asked for
    web_excused: Collection[str] = BROKEN


async def kill_server(stand: Stand, number: int) -> None:
    """One of the servers, in turn; at once started again, as systemd would."""
    node = stand.nodes[number % len(stand.nodes)]
    await node.kill()
    await node.start()


async def kill_database(stand: Stand, _number: int) -> None:
    """All processes of PostgreSQL at once."""
    await stand.cluster.kill(everything=True)
    await stand.cluster.start()


async def take_database_away(stand: Stand, _number: int) -> None:
    """Stopped in good order, for a minute."""
    await stand.cluster.stop()
    await asyncio.sleep(60)
    await stand.cluster.start()


OF_ITSELF = ("server", "database", "nodes")
PLANS = {
    "server": Plan("the only server, its embedded PostgreSQL with it", standing_alone, kill_server),
    "database": Plan(
        "PostgreSQL under one server",
        lambda: standing(1, durable=True),
        kill_database,
        excused={"unavailable"},
        web_excused=(*BROKEN, "503"),
    ),
    "nodes": Plan("one server of three", lambda: standing(3, durable=True), kill_server),
    "away": Plan(
        "PostgreSQL, gone for a minute, under three servers",
        lambda: standing(3, durable=True),
        take_database_away,
        excused={"unavailable"},
        kills=1,
        web_excused=(*BROKEN, "503"),
    ),
}


def main() -> None:
    """Run the parts, print what was found, write the report."""
    asked = _arguments()
    run = uvloop.run(soak(asked))
    report = written_report(run)
    sys.stdout.write(report)
    if not asked.no_write:
        asked.report.parent.mkdir(parents=True, exist_ok=True)
        asked.report.write_text(report, "utf-8")
        _say(f"written to {asked.report}")
    sys.exit(0 if run.well else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20, help="of each kind")
    parser.add_argument("--rate", type=float, default=1000.0, help="messages a second")
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--watched", type=int, default=20, help="of them, with two more screens each")
    parser.add_argument("--minutes", type=float, default=13.0, help="for everything")
    parser.add_argument("--only", choices=sorted(PLANS), action="append", help="just this part")
    parser.add_argument("--report", type=Path, default=REPORT)
    parser.add_argument("--no-write", action="store_true", help="only print the report")
    return parser.parse_args()


async def soak(asked: argparse.Namespace) -> Run:
    """All parts that were asked for, one after the other."""
    plans = [PLANS[name] for name in asked.only or OF_ITSELF]
    shape = Shape(conversations=asked.conversations, watched=asked.watched, rate=asked.rate, window=40)
    seconds = asked.minutes * 60 / len(plans)
    busy = os.getloadavg()
    begun = time.monotonic()
    parts = [await _part(plan, shape, plan.kills or asked.kills, seconds) for plan in plans]
    return Run(describe(), busy, shape, parts, time.monotonic() - begun)


async def _part(plan: Plan, shape: Shape, kills: int, seconds: float) -> Part:
    _say(f"{plan.name}: starting")
    begun = time.monotonic()
    async with plan.stand() as stand, talking(stand, shape) as load:
        moments = await _kill_again_and_again(plan, load, kills, begun + seconds - _CHECKING_SECONDS)
        until = time.monotonic()
        _say(f"{plan.name}: reading back {len(load.diary.acknowledged):,} acknowledged messages")
        evidence = await gather_evidence(load, _CHECKING_SECONDS)
        findings = judge(evidence, plan.excused, plan.web_excused)
        part = Part.of(plan.name, kills, load.diary, evidence, moments, until, findings)
    for finding in part.findings[:20]:
        _say(str(finding)[:500])
    return part


async def _kill_again_and_again(plan: Plan, load: Load, kills: int, deadline: float) -> list[float]:
    """Gives the moments of the kills (monotonic seconds): the first when everything runs, each further one when
    messages have flown for a while again, after a second's worth of them was acknowledged."""
    moments: list[float] = []
    await asyncio.sleep(_FLOWING_SECONDS)
    for number in itertools.count():
        if number == kills or time.monotonic() > deadline:
            return moments
        moments.append(time.monotonic())
        await plan.kill(load.stand, number)
        load.stand.balancer.rebalance()
        await load.until_acknowledged(round(load.shape.rate), _CHECKING_SECONDS)
        await asyncio.sleep(_FLOWING_SECONDS)
        _say(
            f"{plan.name}: kill {number + 1}, waited {load.diary.longest_wait(moments[-1], time.monotonic()):.1f} s"
        )
    return moments


def _say(words: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")


if __name__ == "__main__":
    main()
