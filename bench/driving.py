"""Drives the load generator (`load.c`) at one or more servers, and says what it found with the CPU it took."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.programs import say


@dataclass(frozen=True)
class Load:
    """One shape of load: how many messages each customer may have unacknowledged, or a fixed rate for all."""

    name: str
    outstanding: int = 1
    rate: int = 0


LOADS = [
    Load("saturated, 1 outstanding each", outstanding=1),
    Load("saturated, 8 outstanding each", outstanding=8),
    Load("paced at 500 a second", rate=500),
    Load("paced at 3,000 a second", rate=3000),
]
COLUMNS = [
    "Load",
    "durable msg/s",
    "÷ echo",
    "÷ fdatasync",
    "acknowledged p50 / p99, ms",
    "at the agent p50 / p99, ms",
    "CPU µs a message: server + PostgreSQL",
    "wrong",
]


def drive(
    build: Path,
    port: int,
    sessions: Path,
    load: Load,
    seconds: float,
    warmup: float,
    cpu: Callable[[], dict[str, float]],
) -> dict[str, Any]:
    """Run a load for so many seconds after a warm-up; `cpu` says what was used so far, by part.

    Gives what load.c prints, `name`, `exit` (0: everything arrived once and in order) and `cpu_us` a message, both
    of the measured seconds alone: without handshakes, subscriptions and warm-up."""
    say(f"measuring: {load.name} …")
    command = [build / "load", port, seconds, warmup, load.outstanding, load.rate, sessions]
    result, code, before, after = _run(command, seconds + warmup, cpu)
    each = {part: 1e6 * (after[part] - before[part]) / max(1, result["measured"]) for part in after}
    return {"name": load.name, "exit": code, **result, "cpu_us": each}


def _run(
    command: list[Any], seconds: float, cpu: Callable[[], dict[str, float]]
) -> tuple[dict[str, Any], int, dict[str, float], dict[str, float]]:
    """Gives what it printed, its exit, and the CPU used when it said `measuring` and when it said `measured`."""
    told: list[str] = []
    used = {"measuring": cpu(), "measured": cpu()}
    with subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        stop = threading.Timer(seconds + 180, run.kill)
        stop.start()
        assert run.stdout is not None
        assert run.stderr is not None
        for line in run.stderr:
            if line.strip() in used:
                used[line.strip()] = cpu()
            else:
                told.append(line)
        printed = run.stdout.read()
        stop.cancel()
    if not printed:
        sys.exit(f"bench: the load generator failed:\n{''.join(told)}")
    sys.stderr.write("".join(told))
    return json.loads(printed), run.returncode, used["measuring"], used["measured"]


def row(load: dict[str, Any], probes: dict[str, float]) -> list[str]:
    """A line of a table with `COLUMNS`; `probes` of the same run."""
    rate = load["acknowledged_per_second"]
    return [
        load["name"],
        f"{rate:,.0f}",
        f"{rate / probes['echo']:.3f}",
        f"{rate / probes['fdatasync']:.2f}",
        f"{load['ack_ms']['p50']:.1f} / {load['ack_ms']['p99']:.1f}",
        f"{load['way_ms']['p50']:.1f} / {load['way_ms']['p99']:.1f}",
        f"{load['cpu_us']['server']:.0f} + {load['cpu_us']['postgres']:.0f}",
        str(abs(load["missing"]) + load["disorder"] + load["errors"]),
    ]
