"""Where the time of a message goes: the server is sampled while it is saturated, and each sample counted to a part.

    python -m bench.where                       # about twenty seconds
    python -m bench.where --rate 3000 --stacks stacks.txt

Needs py-spy (`pip install py-spy`; on Linux as root, or with ptrace allowed). A sample counts to the innermost part
that knows it: the driver's time while the journal waits for it is the driver's. Times the CPU that a message took.
"""

import argparse
import asyncio
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.driving import Load, drive
from bench.programs import built, probe
from bench.results import arguments, begin, conclude
from bench.stand import Server, invite, running_server, set_up

COLUMNS = ["Part of the server", "share", "µs a message"]
# The first that fits the innermost frame wins.
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("driver of PostgreSQL (asyncpg)", ("asyncpg/", "storage/")),
    ("metrics", ("prometheus_client/", "kit/tallies", "realtime/metrics")),
    (
        "reading frames (picows, UTF-8)",
        ("web/socket_listener", "web/socket_picows", "web/socket_sansio", "websockets/"),
    ),
    ("writing frames (system calls included)", ("web/socket_line", "realtime/outbox")),
    (
        "lists, live (summaries, counts)",
        ("web/socket_digest", "realtime/digests", "summary_store", "list_store", "listing"),
    ),
    ("facts and jobs (relay, worker)", ("jobs/", "automation/", "pgqueuer/", "unanswered")),
    (
        "protocol and limits",
        ("realtime/protocol", "realtime/rates", "realtime/quotas", "realtime/intake", "realtime/limits"),
    ),
    (
        "commands: decoding, rules, answers",
        (
            "realtime/client",
            "realtime/commands",
            "realtime/submitted",
            "realtime/frames",
            "web/socket_commands",
            "web/conversing",
            "conversations/drafts",
            "refusals",
        ),
    ),
    ("journal: group commit", ("conversations/",)),
    ("hub: order and fan-out", ("realtime/",)),
)
LOOP = "event loop (waiting for sockets, reading them)"


def main() -> None:
    """Sample, count, tell."""
    asked = arguments_given()
    if shutil.which("py-spy", path=_paths()) is None:
        sys.exit("bench: py-spy is not installed; `pip install py-spy` into this environment")
    found = begin("where", conversations=asked.conversations, outstanding=asked.outstanding, rate=asked.rate)
    with built("load", "probe") as build:
        found["probes"] = probe(build)
        with running_server() as server:
            asyncio.run(set_up(server))
            found |= _measure(build, server, asked)
    total = sum(found["samples"].values())
    server_us = found["load"]["cpu_us"]["server"]
    rows = [
        [part, f"{100 * count / total:.0f} %", f"{server_us * count / total:.1f}"]
        for part, count in Counter(found["samples"]).most_common()
    ]
    rows.append(["all of the server", "100 %", f"{server_us:.1f}"])
    rows.append(["PostgreSQL beside it", "", f"{found['load']['cpu_us']['postgres']:.1f}"])
    conclude(found, COLUMNS, rows, asked.json)


def arguments_given() -> argparse.Namespace:
    """What the command line says."""
    parser = arguments(__doc__)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--outstanding", type=int, default=8, help="unacknowledged messages of each customer")
    parser.add_argument(
        "--rate", type=int, default=0, help="messages a second instead of as many as possible"
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--stacks", type=Path, help="keep the samples there, for a flame graph")
    return parser.parse_args()


def _paths() -> str:
    return f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"


def _measure(build: Path, server: Server, asked: argparse.Namespace) -> dict[str, Any]:
    sessions = asyncio.run(invite(server, asked.conversations, 1)).write(build / "sessions")
    stacks = asked.stacks or build / "stacks"
    sampling = threading.Timer(2.0, _sample, (server.process.pid, asked.seconds, stacks))
    sampling.start()
    load = drive(
        build,
        server.port,
        sessions,
        Load("sampled", asked.outstanding, asked.rate),
        asked.seconds + 1,
        2.0,
        server.cpu,
    )
    sampling.join()
    return {"load": load, "samples": dict(count(stacks.read_text().splitlines()))}


def _sample(pid: int, seconds: float, stacks: Path) -> None:
    spy = shutil.which("py-spy", path=_paths())
    words = [
        spy,
        "record",
        "--pid",
        pid,
        "--duration",
        int(seconds),
        "--rate",
        250,
        "--format",
        "raw",
        "--output",
        stacks,
    ]
    subprocess.run([str(word) for word in words], check=True, capture_output=True, timeout=seconds + 60)


def count(lines: Iterable[str]) -> Counter[str]:
    """Samples by part, of the thread that runs the event loop. Lines are `outer;…;inner count`."""
    found = Counter[str]()
    for line in lines:
        stack, _, number = line.rpartition(" ")
        if "threading.py" not in stack:
            found[part_of(stack.split(";"))] += int(number)
    return found


def part_of(frames: list[str]) -> str:
    """The part that the innermost known frame belongs to."""
    for frame in reversed(frames):
        for part, marks in PARTS:
            if any(mark in frame for mark in marks):
                return part
    return LOOP


if __name__ == "__main__":
    main()
