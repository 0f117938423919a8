"""What a socket costs that does nothing: memory with its session, and CPU at rest.

    python -m bench.idle                    # 10,000 sockets, about two minutes
    python -m bench.idle --sockets 500 --rest 5

Each socket is another person's device that has said hello and subscribed to its conversation. The clients are a C
program in a process of their own, as a process may have only so many descriptors; they ping as the SDK does. A
first crowd comes and goes before, so that what the server needs in any case is not counted.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import seeding
from bench.crowd import gathered
from bench.programs import built, probe, say
from bench.results import arguments, begin, conclude
from bench.seeding import Customer
from bench.stand import Server, running_server, set_up

AIM_KB = 25
COLUMNS = ["Figure", "Value", "Aim"]


def main() -> None:
    """Seed, warm up, connect, rest, and tell."""
    asked = arguments_given()
    found = begin("idle", sockets=asked.sockets, rest_seconds=asked.rest)
    with built("crowd", "probe") as build, running_server() as server:
        found["probes"] = probe(build, asked.probe)
        asyncio.run(set_up(server))
        customers = asyncio.run(_seed(server, asked.warm + asked.sockets, asked.entries))
        say("warming up …")
        with gathered(build, server.port, customers[: asked.warm], asked.at_once) as crowd:
            crowd.tell("connect")
        found |= measure(build, server, customers[asked.warm :], asked)
    conclude(found, COLUMNS, _rows(found), asked.json)
    sys.exit(1 if found["stayed"]["in"] < asked.sockets or found["stayed"]["lost"] else 0)


def arguments_given() -> argparse.Namespace:
    """What the command line says."""
    parser = arguments(__doc__)
    parser.add_argument("--sockets", type=int, default=10_000)
    parser.add_argument("--warm", type=int, default=300, help="sockets that come and go before")
    parser.add_argument("--entries", type=int, default=5, help="messages in each conversation")
    parser.add_argument("--at-once", type=int, default=100, help="sockets on their way in at a time")
    parser.add_argument(
        "--rest", type=float, default=45.0, help="seconds for which the CPU at rest is measured"
    )
    parser.add_argument("--probe", type=float, default=3.0, help="seconds for each probe of the machine")
    return parser.parse_args()


async def _seed(server: Server, count: int, entries: int) -> list[Customer]:
    say(f"making {count:,} people …")
    async with seeding.beside(server.data) as database:
        place = await seeding.find_place(database)
        customers = await seeding.add_customers(database, place, count)
        await seeding.add_entries(database, place, customers, entries)
        await seeding.settled(database, place)
    return customers


def measure(
    build: Path, server: Server, customers: Sequence[Customer], asked: argparse.Namespace
) -> dict[str, Any]:
    """Connect these and let them rest for `asked.rest` seconds: what they hold and use, beside what they did not."""
    time.sleep(min(5.0, asked.rest))  # those who came before are forgotten
    alone = server.cpu_over(min(10.0, asked.rest))
    before, cpu = server.memory(), server.cpu()
    say(f"connecting {len(customers):,} sockets …")
    with gathered(build, server.port, customers, asked.at_once) as crowd:
        connected = crowd.tell("connect")
        used = {part: seconds - cpu[part] for part, seconds in server.cpu().items()}
        say("resting …")
        resting = server.cpu_over(asked.rest)
        after = server.memory()
        stayed = crowd.tell("count")
    return {
        "connected": connected,
        "stayed": stayed,
        "bytes_a_socket": {kind: (after[kind] - before[kind]) / len(customers) for kind in after},
        "connect_cpu_seconds": used,
        "cores_alone": alone,
        "cores_resting": resting,
    }


def _rows(found: dict[str, Any]) -> list[list[str]]:
    sockets, connected = found["sockets"], found["connected"]
    memory = found["bytes_a_socket"]
    resting = {
        part: found["cores_resting"][part] - found["cores_alone"][part] for part in ("server", "postgres")
    }
    each = {part: 1e6 * seconds / sockets for part, seconds in found["connect_cpu_seconds"].items()}
    return [
        [
            "sockets in, lost while at rest",
            f"{connected['in']:,}, {found['stayed']['lost']}",
            f"{sockets:,}, 0",
        ],
        ["server's own memory a socket", f"{memory['anonymous'] / 1024:.1f} KB", f"≤ {AIM_KB} KB"],
        ["the same as RSS / PSS", f"{memory['rss'] / 1024:.1f} / {memory['pss'] / 1024:.1f} KB", ""],
        ["time to connect them all", f"{connected['seconds']:.1f} s", ""],
        [
            "one on its way in, p50 / p99",
            f"{connected['ms']['p50']:.0f} / {connected['ms']['p99']:.0f} ms",
            "",
        ],
        ["CPU to connect one: server + PostgreSQL", f"{each['server']:.0f} + {each['postgres']:.0f} µs", ""],
        ["CPU at rest of 1,000 sockets", f"{1e5 * resting['server'] / sockets:.2f} % of a core", ""],
    ]


if __name__ == "__main__":
    main()
