"""Does it stay as quick when there is much? The same measurements on a small and on a full database.

    python -m bench.growth                  # 100,000 conversations, 10,000,000 entries; about eight minutes, 8 GB
    python -m bench.growth --conversations 2000 --entries 100000 --seconds 1

Two servers stand side by side, each on a PostgreSQL of its own. Both databases are filled (`filling.py`), the small
one with a hundredth, so that every list has a page to show; as many conversations are open in both. Then each thing
is measured on both in turn, so that a busy machine slows both alike.
"""

import argparse
import asyncio
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from alongside.kit.logs import configure_logs
from bench import persistence, resume, seeding
from bench.asking import Desk
from bench.crowd import gathered
from bench.driving import LOADS, Load, drive
from bench.filling import OPEN, Filled, fill
from bench.programs import built, probe, say
from bench.results import arguments, begin, conclude
from bench.seeding import Customer, Place
from bench.stand import Server, Sessions, data_folder, invite, running_server, set_up

AIM = 1.10
SMALL = 100
COLUMNS = ["Figure", "small", "full", "cost, full ÷ small", f"≤ {AIM:.2f}"]
_RATES = ("a second", "msg/s")  # more is better; of everything else less is


class Side(NamedTuple):
    """One of the two servers, with people to talk."""

    name: str
    server: Server
    place: Place
    customers: list[Customer]
    cookie: str


Measure = Callable[[Side], dict[str, float]]


def main() -> None:
    """Fill, measure both sides in turn, and tell."""
    asked = arguments_given()
    configure_logs("console", "warning")
    found = begin("growth", rounds=asked.rounds)
    with built("load", "crowd", "probe") as build, data_folder() as small, data_folder() as large:
        found["probes"] = probe(build, asked.probe)
        found["small"] = _filled(small, asked.conversations // SMALL, asked.entries // SMALL)
        found["full"] = _filled(large, asked.conversations, asked.entries)
        with running_server(small) as few, running_server(large) as many:
            sides = [
                asyncio.run(_side(name, server, asked)) for name, server in (("small", few), ("full", many))
            ]
            found["figures"] = _compare(sides, _measures(build, asked), asked.rounds)
    conclude(found, COLUMNS, _rows(found["figures"]), asked.json)


def arguments_given() -> argparse.Namespace:
    """What the command line says."""
    parser = arguments(__doc__)
    parser.add_argument(
        "--conversations", type=int, default=100_000, help="conversations in the full database"
    )
    parser.add_argument("--entries", type=int, default=10_000_000, help="entries in the full database")
    parser.add_argument("--customers", type=int, default=200, help="who talks in the measurements")
    parser.add_argument("--rounds", type=int, default=2, help="how often each is measured on each side")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long a load is measured in a round")
    parser.add_argument("--probe", type=float, default=3.0, help="seconds for each probe of the machine")
    return parser.parse_args()


def _filled(folder: Path, conversations: int, entries: int) -> dict[str, Any]:
    """Fill a data folder. The server that did it is stopped, so that nothing of the work goes on later."""
    with running_server(folder) as server:
        asyncio.run(set_up(server))
        filled = asyncio.run(_fill(server, max(2 * OPEN, conversations), entries))
    say(f"{filled.entries:,} entries in {filled.seconds:.0f} s, {filled.bytes / 2**30:.1f} GiB")
    return filled._asdict()


async def _fill(server: Server, conversations: int, entries: int) -> Filled:
    async with seeding.beside(server.data) as database:
        return await fill(database, await seeding.find_place(database), conversations, entries)


async def _side(name: str, server: Server, asked: argparse.Namespace) -> Side:
    async with seeding.beside(server.data) as database:
        place = await seeding.find_place(database)
        customers = await seeding.adopt(database, place, asked.customers)
        await seeding.settled(database, place)
    cookie = (await invite(server, 0, 1)).lines[0].split()[1]
    return Side(name, server, place, customers, cookie)


def _measures(build: Path, asked: argparse.Namespace) -> dict[str, Measure]:
    loads = {load.name: partial(_whole_path, build, load, asked.seconds) for load in LOADS}
    senders = {f"{count} senders": partial(_persistence, count, asked.seconds) for count in (1, 16, 256)}
    return {**loads, **senders, "asking": _ask, "resume": partial(_resume, build)}


def _compare(sides: Sequence[Side], measures: dict[str, Measure], rounds: int) -> dict[str, dict[str, float]]:
    """The median of each figure on each side; the sides take turns in beginning."""
    found: dict[str, dict[str, list[float]]] = {}
    for name, measure in measures.items():
        for number in range(rounds):
            for side in sides if number % 2 == 0 else reversed(sides):
                say(f"{name}, {side.name} …")
                for figure, value in measure(side).items():
                    found.setdefault(figure, {}).setdefault(side.name, []).append(value)
                asyncio.run(_at_rest(side))
    return {
        figure: {side: statistics.median(values) for side, values in of_sides.items()}
        for figure, of_sides in found.items()
    }


async def _at_rest(side: Side) -> None:
    async with seeding.beside(side.server.data) as database:
        await seeding.settled(database, side.place)


def _whole_path(build: Path, load: Load, seconds: float, side: Side) -> dict[str, float]:
    lines = [each.line for each in side.customers] + [f"agent {side.cookie}"]
    sessions = Sessions(lines).write(build / "sessions")
    result = drive(build, side.server.port, sessions, load, seconds, seconds / 3, side.server.cpu)
    if result["exit"]:
        raise RuntimeError(f"{load.name} on the {side.name} side went wrong: {result}")
    cpu, way = result["cpu_us"], result["way_ms"]
    found = {
        f"{load.name}: CPU µs a message, server": cpu["server"],
        f"{load.name}: CPU µs a message, PostgreSQL": cpu["postgres"],
        f"{load.name}: way p50, ms": way["p50"],
        f"{load.name}: way p99, ms": way["p99"],
    }
    return found if load.rate else {f"{load.name}: msg/s": result["acknowledged_per_second"], **found}


def _persistence(senders: int, seconds: float, side: Side) -> dict[str, float]:
    result = asyncio.run(_journal(senders, seconds, side))
    name = f"journal alone, {senders} sender(s)"
    return {
        f"{name}: entries a second": result["per_second"],
        f"{name}: PostgreSQL's CPU µs an entry": result["cpu_us"]["postgres"],
    }


async def _journal(senders: int, seconds: float, side: Side) -> dict[str, Any]:
    async with seeding.beside(side.server.data) as database:
        return await persistence.measure(database, side.place, senders, seconds, side.server.process.pid)


def _ask(side: Side) -> dict[str, float]:
    desk = Desk(side.server, side.cookie)
    try:
        return desk.threads(side.customers) | desk.lists()
    finally:
        desk.close()


def _resume(build: Path, side: Side) -> dict[str, float]:
    with gathered(build, side.server.port, side.customers) as crowd:
        crowd.tell("connect")
        result = resume.come_back(side.server, crowd, side.place, side.customers, 5)
    if result["wrong"]:
        raise RuntimeError(f"resuming on the {side.name} side went wrong: {result}")
    cpu = result["cpu_seconds"]
    return {
        "resumes a core-second of the server and PostgreSQL, a second": result["back"]["in"]
        / sum(cpu.values())
    }


def _rows(figures: dict[str, dict[str, float]]) -> list[list[str]]:
    rows = []
    for figure, of in figures.items():
        small, full = of["small"], of["full"]
        cost = small / full if figure.endswith(_RATES) else full / small
        verdict = "yes" if cost <= AIM else "no"
        rows.append([figure, f"{small:,.4g}", f"{full:,.4g}", f"{cost:.2f}", verdict])
    return rows


if __name__ == "__main__":
    main()
