"""Measure the whole path: customer socket → durable → agent socket, beside two probes of the same machine.

    python -m bench.whole_path                 # about a minute
    python -m bench.whole_path --seconds 3 --json whole_path.json

A C program is the load (needs a C compiler), so that the generator does not measure itself. Every message carries a
number and a time; the run fails when one that was acknowledged does not arrive at every agent once and in order.
"""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from bench.driving import COLUMNS, LOADS, Load, drive, row
from bench.programs import built, probe
from bench.results import arguments, begin, conclude
from bench.stand import Server, invite, running_server, set_up


def main() -> None:
    """Run the probes and the loads, and tell."""
    asked = arguments_given()
    found = begin("whole_path", conversations=asked.conversations, agents=asked.agents)
    with built("load", "probe") as build:
        found["probes"] = probe(build, asked.probe)
        with running_server() as server:
            asyncio.run(set_up(server))
            found["loads"] = [_measure(build, server, load, asked) for load in LOADS]
    rows = [row(load, found["probes"]) for load in found["loads"]]
    conclude(found, COLUMNS, rows, asked.json)
    sys.exit(0 if all(load["exit"] == 0 for load in found["loads"]) else 1)


def arguments_given() -> argparse.Namespace:
    """What the command line says."""
    parser = arguments(__doc__)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--agents", type=int, default=1, help="agents subscribed to every conversation")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each load is measured")
    parser.add_argument("--warmup", type=float, default=2.0)
    parser.add_argument("--probe", type=float, default=3.0, help="seconds for each probe of the machine")
    return parser.parse_args()


def _measure(build: Path, server: Server, load: Load, asked: argparse.Namespace) -> dict[str, Any]:
    sessions = asyncio.run(invite(server, asked.conversations, asked.agents)).write(build / "sessions")
    return drive(build, server.port, sessions, load, asked.seconds, asked.warmup, server.cpu)


if __name__ == "__main__":
    main()
