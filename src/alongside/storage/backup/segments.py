"""The names of write-ahead log: which segment holds a position, which comes next, whose it is."""

import re
from collections.abc import Collection

SEGMENT_SIZE = 16 * 1024 * 1024  # bytes; initdb's default, which is never changed here
_SEGMENT = re.compile(r"[0-9A-F]{24}")
_HISTORY = re.compile(r"[0-9A-F]{8}\.history")
_PER_FILE = 0x1_0000_0000 // SEGMENT_SIZE


def is_segment(name: str) -> bool:
    """Whether this is the name of a whole segment."""
    return bool(_SEGMENT.fullmatch(name))


def is_history(name: str) -> bool:
    """Whether this is the name of a timeline's history."""
    return bool(_HISTORY.fullmatch(name))


def segment_of(timeline: int, position: str) -> str:
    """The segment that holds a position (`0/2000028`) of a timeline."""
    high, low = (int(part, 16) for part in position.split("/"))
    return _name(timeline, (high << 32 | low) // SEGMENT_SIZE)


def timeline_of(segment: str) -> int:
    """The timeline of a segment."""
    return int(segment[:8], 16)


def after(segment: str) -> str:
    """The segment that follows on the same timeline."""
    return _name(timeline_of(segment), _number(segment) + 1)


def unbroken(first: str, there: Collection[str]) -> str | None:
    """The last segment of the row that begins with `first` and has no gap; None if `first` is not there."""
    last = None
    while first in there:
        last, first = first, after(first)
    return last


def not_before(segment: str, first: str) -> bool:
    """Whether a segment, of whichever timeline, holds nothing from before another."""
    return _number(segment) >= _number(first)


def system_of(head: bytes) -> str:
    """The identifier of the database that wrote a segment, from the segment's first 32 bytes (PostgreSQL's
    XLogLongPageHeaderData)."""
    return str(int.from_bytes(head[24:32], "little"))


def _number(segment: str) -> int:
    return int(segment[8:16], 16) * _PER_FILE + int(segment[16:], 16)


def _name(timeline: int, number: int) -> str:
    return f"{timeline:08X}{number // _PER_FILE:08X}{number % _PER_FILE:08X}"
