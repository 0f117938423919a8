"""Write what was measured into docs/benchmarks.md: figures, the machine, and ratios to the probes of the same run."""

from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"

HEAD = """\
# Measured

Written by `python -m bench.whole_path`; run it on your machine, it takes two minutes and needs a C compiler.
Machines are noisy: compare the ratios to the two probes of the same run, not the rates of different days.

The whole path: a customer's socket sends a message into a conversation, the server makes it durable (PostgreSQL,
`fsync` on), acknowledges it, and an agent's socket that is subscribed to every conversation receives it. A C program
plays {conversations} customers, each subscribed to their own conversation, and {agents} agent(s), all on loopback and
on the same cores as the server and its database. A run counts only if each acknowledged message arrived at each agent
exactly once and in order.

The CPU columns cover a whole run, its handshakes and subscriptions too, which weigh heavily on the paced rows: they
have few messages to share them.
"""


COLUMNS = [
    "Load",
    "durable msg/s",
    "÷ echo",
    "÷ fdatasync",
    "acknowledged p50 / p99, ms",
    "at the agent p50 / p99, ms",
    "CPU µs a message: server + PostgreSQL",
    "missing, doubled, disordered or refused",
]


def write_report(found: dict[str, Any]) -> Path:
    """Render the page from what `whole_path` found; gives the path written."""
    machine = found["machine"]
    rows = "\n".join(_row(load, found["probes"]) for load in found["loads"])
    PAGE.write_text(f"""{HEAD.format(**found)}
| | |
|---|---|
{chr(10).join(f"| {key} | {value} |" for key, value in machine.items())}
| probe: raw socket echo (C, 64 connections, 200 bytes) | {found["probes"]["echo"]:,.0f} a second |
| probe: append 200 bytes and fdatasync | {found["probes"]["fdatasync"]:,.0f} a second |

| {" | ".join(COLUMNS)} |
|{"---|" * len(COLUMNS)}
{rows}
""")
    return PAGE


def _row(load: dict[str, Any], probes: dict[str, float]) -> str:
    rate = load["acknowledged_per_second"]
    cells = [
        load["name"],
        f"{rate:,.0f}",
        f"{rate / probes['echo']:.3f}",
        f"{rate / probes['fdatasync']:.2f}",
        f"{load['ack_ms']['p50']:.1f} / {load['ack_ms']['p99']:.1f}",
        f"{load['way_ms']['p50']:.1f} / {load['way_ms']['p99']:.1f}",
        f"{load['cpu_us']['server']:.0f} + {load['cpu_us']['postgres']:.0f}",
        str(abs(load["missing"]) + load["disorder"] + load["errors"]),
    ]
    return "| " + " | ".join(cells) + " |"
