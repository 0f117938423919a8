"""The journal alone: entries made durable a second, without sockets.

    python -m bench.persistence             # 1, 16 and 256 senders, about half a minute
    python -m bench.persistence --senders 1 --seconds 1

`Journal.append` in one process on an embedded PostgreSQL with `fsync` on. Each sender waits until its entry is
durable before it sends the next; what the others send meanwhile shares a commit. To be compared with appending the
same to a file and calling fdatasync for each, in the same run.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import uvloop

from alongside.app.opening import open_database
from alongside.conversations.journal import Journal
from alongside.conversations.model import Draft
from alongside.kit.actors import Actor
from alongside.kit.logs import configure_logs
from alongside.kit.settings import Settings
from alongside.realtime.memory import MemoryBus
from alongside.storage import Database
from bench import seeding
from bench.machine import postgres_seconds
from bench.programs import built, probe, say
from bench.results import arguments, begin, conclude
from bench.seeding import Customer, Place
from bench.stand import data_folder
from bench.texts import texts

AIM = 0.4
COLUMNS = [
    "Senders",
    "entries a second",
    "÷ fdatasync",
    "Aim",
    "p50 / p99, ms",
    "CPU µs an entry: Python + PostgreSQL",
]


def main() -> None:
    """Measure each number of senders, and tell."""
    asked = arguments_given()
    configure_logs("console", "warning")
    found = begin("persistence", seconds=asked.seconds)
    with built("probe") as build:
        found["probes"] = probe(build, asked.probe)
    found["loads"] = uvloop.run(_alone(asked.senders, asked.seconds))
    conclude(found, COLUMNS, _rows(found), asked.json)


def arguments_given() -> argparse.Namespace:
    """What the command line says."""
    parser = arguments(__doc__)
    parser.add_argument("--senders", type=int, nargs="+", default=[1, 16, 256])
    parser.add_argument(
        "--seconds", type=float, default=5.0, help="how long each number of senders is measured"
    )
    parser.add_argument("--probe", type=float, default=3.0, help="seconds for each probe of the machine")
    return parser.parse_args()


async def _alone(senders: Sequence[int], seconds: float) -> list[dict[str, Any]]:
    """On a new database that nobody else uses, not even a relay."""
    with data_folder() as folder:
        async with open_database(Settings(data_dir=folder)) as database:
            place = await seeding.make_place(database)
            return [await measure(database, place, each, seconds) for each in senders]


async def measure(
    database: Database, place: Place, senders: int, seconds: float, server: int | None = None
) -> dict[str, Any]:
    """So many senders, each in a conversation of its own. `server`: the process that started the PostgreSQL, this
    one if None."""
    say(f"{senders} sender(s) …")
    customers = await seeding.add_customers(database, place, senders)
    await _send(database, place.workspace_id, customers, min(1.0, seconds))  # plans, pages, connections
    postgres, python = postgres_seconds(server or os.getpid()), time.process_time()
    took, waits = await _send(database, place.workspace_id, customers, seconds)
    python = time.process_time() - python
    postgres = postgres_seconds(server or os.getpid()) - postgres
    waits.sort()
    return {
        "senders": senders,
        "entries": len(waits),
        "per_second": len(waits) / took,
        "ms": {"p50": 1e3 * waits[len(waits) // 2], "p99": 1e3 * waits[int(0.99 * (len(waits) - 1))]},
        "cpu_us": {"python": 1e6 * python / len(waits), "postgres": 1e6 * postgres / len(waits)},
    }


async def _send(
    database: Database, workspace_id: UUID, customers: Sequence[Customer], seconds: float
) -> tuple[float, list[float]]:
    """Gives how long it took, and how long each entry did, in seconds."""
    journal = Journal(database, MemoryBus())
    words, waits = texts(997), list[float]()
    begin = time.perf_counter()

    async def one(customer: Customer) -> None:
        author, number = Actor("person", customer.person_id), 0
        while (sent := time.perf_counter()) - begin < seconds:
            body = {"text": words[number % len(words)]}
            await journal.append(workspace_id, _draft(customer, author, body))
            waits.append(time.perf_counter() - sent)
            number += 1

    await asyncio.gather(*(one(customer) for customer in customers))
    return time.perf_counter() - begin, waits


def _draft(customer: Customer, author: Actor, body: dict[str, Any]) -> Draft:
    return Draft(
        conversation_id=customer.conversation_id,
        entry_id=uuid4(),
        kind="message",
        audience="everyone",
        author=author,
        body=body,
    )


def _rows(found: dict[str, Any]) -> list[list[str]]:
    return [_row(load, found["probes"]["fdatasync"]) for load in found["loads"]]


def _row(load: dict[str, Any], fdatasync: float) -> list[str]:
    return [
        str(load["senders"]),
        f"{load['per_second']:,.0f}",
        f"{load['per_second'] / fdatasync:.2f}",
        f"≥ {AIM}" if load["senders"] == 1 else "",
        f"{load['ms']['p50']:.2f} / {load['ms']['p99']:.2f}",
        f"{load['cpu_us']['python']:.0f} + {load['cpu_us']['postgres']:.0f}",
    ]


if __name__ == "__main__":
    main()
