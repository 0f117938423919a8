"""The whole path over two nodes: the customer's socket is on one, the agent's on the other.

    python -m bench.two_nodes               # NOTIFY and NATS, about three minutes
    python -m bench.two_nodes --bus notify --placement spread --seconds 2

Two servers share one PostgreSQL (with `fsync`), all on this machine. `apart`: every customer on the first node, the
agent on the second, so that every message crosses. `spread`: customers and agents alternate, with an agent on each.
"""

import argparse
import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bench.driving import COLUMNS, LOADS, Load, drive, row
from bench.machine import cpu_seconds, postgres_seconds
from bench.programs import built, probe, say
from bench.results import arguments, begin, conclude
from bench.stand import Server, Sessions, data_folder, invite, running_server, set_up
from tests.faults.cluster import Cluster
from tests.realtime.nats_server import PROGRAM, nats_server

# As the embedded database is set up (storage/embedded/options.py).
_OPTIONS = {"shared_buffers": "256MB", "max_wal_size": "2GB", "wal_buffers": "16MB", "wal_compression": "on"}


def main() -> None:
    """Measure each bus, and tell."""
    asked = arguments_given()
    found = begin("two_nodes", conversations=asked.conversations, placement=asked.placement)
    with built("load", "probe") as build:
        found["probes"] = probe(build, asked.probe)
        found["loads"] = [
            load | {"bus": bus} for bus in asked.bus for load in asyncio.run(_measure(build, bus, asked))
        ]
    rows = [[load["bus"], *row(load, found["probes"])] for load in found["loads"]]
    conclude(found, ["Bus", *COLUMNS], rows, asked.json)
    sys.exit(1 if any(load["exit"] for load in found["loads"]) else 0)


def arguments_given() -> argparse.Namespace:
    """What the command line says."""
    parser = arguments(__doc__)
    buses = ["notify", "nats"] if PROGRAM.exists() else ["notify"]
    parser.add_argument("--bus", nargs="+", choices=["notify", "nats"], default=buses)
    parser.add_argument("--placement", choices=["apart", "spread"], default="apart")
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each load is measured")
    parser.add_argument("--warmup", type=float, default=2.0)
    parser.add_argument("--probe", type=float, default=3.0, help="seconds for each probe of the machine")
    return parser.parse_args()


async def _measure(build: Path, bus: str, asked: argparse.Namespace) -> list[dict[str, Any]]:
    say(f"two nodes over {bus} …")
    async with nodes(bus) as pair:
        await set_up(pair[0])
        return [await one(build, pair, load, asked) for load in LOADS]


async def one(build: Path, pair: list[Server], load: Load, asked: argparse.Namespace) -> dict[str, Any]:
    """Invite, place and drive one load; as `driving.drive`."""
    agents = 1 if asked.placement == "apart" else len(pair)
    invited = await invite(pair[0], asked.conversations, agents)
    sessions = placed(invited, [node.port for node in pair], asked.placement).write(build / "sessions")
    return drive(build, pair[0].port, sessions, load, asked.seconds, asked.warmup, lambda: _cpu(pair))


def _cpu(nodes: list[Server]) -> dict[str, float]:
    return {
        "server": sum(cpu_seconds(node.process.pid) for node in nodes),
        "postgres": postgres_seconds(os.getpid()),
    }


def placed(invited: Sessions, ports: list[int], placement: str) -> Sessions:
    """The same sessions, each with the port of its node."""
    lines = []
    for number, line in enumerate(invited.lines):
        customer = line.startswith("customer")
        apart = ports[0] if customer else ports[-1]
        port = apart if placement == "apart" else ports[number % len(ports)]
        lines.append(f"{line} {port}" if customer else f"{line} - {port}")
    return Sessions(lines)


@asynccontextmanager
async def nodes(bus: str) -> AsyncIterator[list[Server]]:
    """Two nodes on a PostgreSQL of their own."""
    async with AsyncExitStack() as stack:
        cluster = Cluster(stack.enter_context(data_folder()) / "cluster", _OPTIONS, durable=True)
        await cluster.make()
        stack.push_async_callback(cluster.stop)
        environment = {"ALONGSIDE_DATABASE_URL": cluster.url, "ALONGSIDE_SECRET_KEY": secrets.token_hex(32)}
        environment["ALONGSIDE_BUS"] = bus
        if bus == "nats":
            environment["ALONGSIDE_NATS_URL"] = (await stack.enter_async_context(nats_server())).url
        yield [stack.enter_context(running_server(None, **environment)) for _ in range(2)]


if __name__ == "__main__":
    main()
