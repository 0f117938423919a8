"""Measure the whole path: customer socket → durable → agent socket, beside two probes of the same machine.

    python -m bench.whole_path                 # a minute or two; writes docs/benchmarks.md
    python -m bench.whole_path --seconds 3 --no-write --json

A C program is the load (needs a C compiler), so that the generator does not measure itself. Every message carries a
number and a time; the run fails when one that was acknowledged does not arrive at every agent once and in order.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bench.driving import LOADS, Load, drive
from bench.machine import describe
from bench.programs import built, probe
from bench.report import write_report
from bench.stand import Server, invite, running_server, set_up


def main() -> None:
    """Run the probes and the loads, print them, and write docs/benchmarks.md unless told not to."""
    asked = arguments_given()
    with built("load", "probe") as build:
        found = {"machine": describe(), "conversations": asked.conversations, "agents": asked.agents}
        found["probes"] = probe(build)
        with running_server() as server:
            asyncio.run(set_up(server))
            found["loads"] = [_measure(build, server, load, asked) for load in LOADS]
    print(json.dumps(found, indent=2) if asked.json else _words(found))
    if not asked.no_write:
        print(f"written to {write_report(found)}", file=sys.stderr)
    sys.exit(0 if all(load["exit"] == 0 for load in found["loads"]) else 1)


def arguments_given() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--agents", type=int, default=1, help="agents subscribed to every conversation")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each load is measured")
    parser.add_argument("--warmup", type=float, default=2.0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    return parser.parse_args()


def _measure(build: Path, server: Server, load: Load, asked: argparse.Namespace) -> dict[str, Any]:
    sessions = asyncio.run(invite(server, asked.conversations, asked.agents)).write(build / "sessions")
    return drive(build, server.port, sessions, load, asked.seconds, asked.warmup, server.cpu)


def _words(found: dict[str, Any]) -> str:
    probes = found["probes"]
    lines = [f"echo {probes['echo']:,.0f}/s, fdatasync {probes['fdatasync']:,.0f}/s"]
    return "\n".join(lines + [_line(load) for load in found["loads"]])


def _line(load: dict[str, Any]) -> str:
    return (
        f"{load['name']:32} {load['acknowledged_per_second']:>8,.0f} msg/s"
        f"  way p50 {load['way_ms']['p50']:.1f} p99 {load['way_ms']['p99']:.1f} ms"
        f"  cpu {load['cpu_us']['server']:.0f}+{load['cpu_us']['postgres']:.0f} µs"
        f"  missing {load['missing']} disorder {load['disorder']} errors {load['errors']}"
    )


if __name__ == "__main__":
    main()
