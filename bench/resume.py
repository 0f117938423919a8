"""Everybody comes back at once: resumes a core-second, and how long until the last one is in.

    python -m bench.resume                  # 2,000 clients, three times, about a minute
    python -m bench.resume --clients 200 --rounds 1

All lines are cut, every conversation gets some messages, then all clients connect at the same moment, say hello and
subscribe from where they were. Each must get exactly what it missed. The CPU is that of the whole way: handshake,
finding out who it is, may they, the conversation with what was missed.
"""

import argparse
import asyncio
import statistics
import sys
from collections.abc import Sequence
from typing import Any

from bench import seeding
from bench.crowd import Crowd, gathered
from bench.programs import built, probe, say
from bench.results import arguments, begin, conclude
from bench.seeding import Customer, Place
from bench.stand import Server, running_server, set_up

AIM = 1_500
COLUMNS = ["Round", "resumes a core-second of the server", "µs each: server + PostgreSQL", "all in after, s",
           "one p50 / p99, ms", "missing, doubled or refused"]  # fmt: skip


def main() -> None:
    """Seed, connect, then cut and resume as often as asked, and tell."""
    asked = arguments_given()
    found = begin("resume", clients=asked.clients, missed=asked.missed)
    with built("crowd", "probe") as build, running_server() as server:
        found["probes"] = probe(build, asked.probe)
        asyncio.run(set_up(server))
        place, customers = asyncio.run(seed(server, asked.clients, asked.entries))
        with gathered(build, server.port, customers, 100) as crowd:
            crowd.tell("connect")
        with gathered(build, server.port, customers) as crowd:
            crowd.tell("connect")
            found["rounds"] = [
                come_back(server, crowd, place, customers, asked.missed) for _ in range(asked.rounds)
            ]
    conclude(found, COLUMNS, _rows(found), asked.json)
    sys.exit(1 if any(each["wrong"] for each in found["rounds"]) else 0)


def arguments_given() -> argparse.Namespace:
    """What the command line says."""
    parser = arguments(__doc__)
    parser.add_argument("--clients", type=int, default=2_000)
    parser.add_argument("--entries", type=int, default=20, help="messages in each conversation before")
    parser.add_argument(
        "--missed", type=int, default=5, help="messages that each client has to catch up with"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--probe", type=float, default=3.0, help="seconds for each probe of the machine")
    return parser.parse_args()


async def seed(server: Server, count: int, entries: int) -> tuple[Place, list[Customer]]:
    """So many customers on a running server, with some messages in the conversation of each."""
    say(f"making {count:,} people …")
    async with seeding.beside(server.data) as database:
        place = await seeding.find_place(database)
        customers = await seeding.add_customers(database, place, count)
        await seeding.add_entries(database, place, customers, entries)
        await seeding.settled(database, place)
    return place, customers


def come_back(
    server: Server,
    crowd: Crowd,
    place: Place,
    customers: Sequence[Customer],
    missed: int,
    alone: float = 2.0,
) -> dict[str, Any]:
    """One round: cut, `missed` messages in each conversation, and all come back. What the server uses by itself is
    measured for `alone` seconds before, and taken off."""
    crowd.tell("cut")
    asyncio.run(_go_on(server, place, customers, missed))
    by_itself = server.cpu_over(alone)
    say(f"{len(customers):,} come back …")
    before = server.cpu()
    back = crowd.tell("connect")
    used = {
        part: seconds - before[part] - by_itself[part] * back["seconds"]
        for part, seconds in server.cpu().items()
    }
    wrong = (
        abs(back["entries"] - missed * back["in"])
        + back["gaps"]
        + back["retries"]
        + len(customers)
        - back["in"]
    )
    return {"back": back, "cpu_seconds": used, "wrong": wrong}


async def _go_on(server: Server, place: Place, customers: Sequence[Customer], missed: int) -> None:
    async with seeding.beside(server.data) as database:
        await seeding.add_entries(database, place, customers, missed)
        await seeding.settled(database, place)


def _rows(found: dict[str, Any]) -> list[list[str]]:
    rows = [_row(str(number), each) for number, each in enumerate(found["rounds"], 1)]
    rates = [each["back"]["in"] / each["cpu_seconds"]["server"] for each in found["rounds"]]
    return [*rows, ["median (aim)", f"{statistics.median(rates):,.0f} (≥ {AIM:,})", "", "", "", ""]]


def _row(name: str, each: dict[str, Any]) -> list[str]:
    back, cpu = each["back"], each["cpu_seconds"]
    micro = {part: 1e6 * seconds / back["in"] for part, seconds in cpu.items()}
    return [
        name,
        f"{back['in'] / cpu['server']:,.0f}",
        f"{micro['server']:.0f} + {micro['postgres']:.0f}",
        f"{back['seconds']:.2f}",
        f"{back['ms']['p50']:.0f} / {back['ms']['p99']:.0f}",
        str(each["wrong"]),
    ]


if __name__ == "__main__":
    main()
