"""Drives the load generator (`load.c`) at one or more servers, and says what it found with the CPU it took."""

import json
import subprocess
import sys
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

    Gives what load.c prints, `name`, `exit` (0: everything arrived once and in order) and `cpu_us` a message."""
    say(f"measuring: {load.name} …")
    before = cpu()
    result, code = _run(
        [build / "load", port, seconds, warmup, load.outstanding, load.rate, sessions], seconds
    )
    after = cpu()
    sent = max(1, result["acknowledged"])
    each = {part: 1e6 * (after[part] - before[part]) / sent for part in after}
    return {"name": load.name, "exit": code, **result, "cpu_us": each}


def _run(command: list[Any], seconds: float) -> tuple[dict[str, Any], int]:
    words = [str(word) for word in command]
    run = subprocess.run(words, check=False, capture_output=True, text=True, timeout=seconds + 180)
    if not run.stdout:
        sys.exit(f"bench: the load generator failed:\n{run.stderr}")
    sys.stderr.write(run.stderr)
    return json.loads(run.stdout), run.returncode


def row(load: dict[str, Any], echo: float) -> list[str]:
    """A line of a table with `COLUMNS`."""
    rate = load["acknowledged_per_second"]
    return [
        load["name"],
        f"{rate:,.0f}",
        f"{rate / echo:.3f}",
        f"{load['ack_ms']['p50']:.1f} / {load['ack_ms']['p99']:.1f}",
        f"{load['way_ms']['p50']:.1f} / {load['way_ms']['p99']:.1f}",
        f"{load['cpu_us']['server']:.0f} + {load['cpu_us']['postgres']:.0f}",
        str(abs(load["missing"]) + load["disorder"] + load["errors"]),
    ]
