"""The questions of a CSV file: one a row, in the column that holds them."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from alongside.kit.errors import Invalid, NotFound

KNOWN_COLUMNS = ("text", "question", "utterance", "message")
LONGEST_CELL = 1_000_000


def read_questions(path: Path, column: str | None = None) -> list[str]:
    """The questions of a CSV file with a head line, UTF-8 with or without a byte order mark; blank ones are left out.

    `column` names theirs; else it is the first of KNOWN_COLUMNS that is there, whatever its case, or the very first.
    Raises NotFound without such a file or column, Invalid for one that holds no question or is no CSV in UTF-8."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            questions = [text for text in _cells(file, path, column) if text.strip()]
    except OSError as error:
        raise NotFound(message=f"Cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Invalid(message=f"{path} is not UTF-8.", hint="Save it as UTF-8.") from error
    except csv.Error as error:
        raise Invalid(message=f"{path} is no CSV file: {error}.") from error
    if not questions:
        raise Invalid(
            message=f"There is no question in {path}.", hint="It needs a head line, then one a row."
        )
    return questions


def _cells(lines: Iterator[str], path: Path, column: str | None) -> Iterator[str]:
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(lines, strict=True)
    place = _place([name.strip() for name in next(rows, [])], path, column)
    for row in rows:
        if place < len(row):
            yield row[place]


def _place(head: Sequence[str], path: Path, column: str | None) -> int:
    if column is None:
        lower = [name.lower() for name in head]
        return next((lower.index(name) for name in KNOWN_COLUMNS if name in lower), 0)
    if column not in head:
        there = ", ".join(head) or "none"
        raise NotFound(message=f"{path} has no column {column!r}.", hint=f"Its columns: {there}.")
    return head.index(column)
