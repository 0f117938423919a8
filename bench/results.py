"""What a bench found: a table for people, and the raw figures for whoever asks for them."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.machine import describe

Rows = Sequence[Sequence[str]]


def arguments(words: str | None) -> argparse.ArgumentParser:
    """A parser with what every bench takes; `words` is the docstring of its module."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw figures there too")
    return parser


def begin(bench: str, **asked: Any) -> dict[str, Any]:
    """The beginning of what a bench finds: its name, the machine, and what it was asked to do."""
    return {"bench": bench, "machine": describe(), **asked}


def conclude(found: dict[str, Any], columns: Sequence[str], rows: Rows, file: Path | None) -> None:
    """Print the machine and the table; write the figures, with the table in them, if a file is wished."""
    machine = found["machine"]
    print(
        f"\n{found['bench']}, {machine['measured']}: {machine['processor']}, {machine['cores']} cores,"
        f" {machine['memory']}, {machine['system']}, Python {machine['python']}"
    )
    if probes := found.get("probes"):
        print(f"probes of the same run: {probe_words(probes)}")
    print(f"\n{table(columns, rows)}")
    if file:
        file.write_text(json.dumps(found | {"columns": columns, "rows": rows}, indent=2) + "\n")


def probe_words(probes: dict[str, float]) -> str:
    """The probes as words."""
    return ", ".join(f"{name} {rate:,.0f} a second" for name, rate in probes.items())


def table(columns: Sequence[str], rows: Rows) -> str:
    """A table in Markdown, its columns padded so that it reads well as it is."""
    widths = [max(len(cell) for cell in cells) for cells in zip(columns, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(cells, widths) for cells in (columns, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
