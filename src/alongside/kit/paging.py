"""Pages of a list: a few items, and a cursor for what comes after them.

A cursor is opaque to who asks, and holds the sort order and the last item's place in it, so a list that grows
meanwhile neither repeats nor skips anything. It tells nothing that the item itself did not.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec

from alongside.kit.errors import Invalid

T = TypeVar("T")
LARGEST_PAGE = 200


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some of a list. `next_cursor` asks for what follows; None at the end."""

    items: list[T]
    next_cursor: str | None


def encode_cursor(sort: str, *place: Any) -> str:
    """An opaque cursor behind the item at this place of this order."""
    return base64.urlsafe_b64encode(msgspec.json.encode([sort, *place])).decode().rstrip("=")


def decode_cursor(cursor: str, sort: str, *types: Any) -> list[Any]:
    """The place that a cursor names, its parts of these types. Raises Invalid for one that is not of this order."""
    try:
        data = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        order, *place = msgspec.json.decode(data, type=list[Any])
        if order != sort or len(place) != len(types):
            raise ValueError(order)
        return [msgspec.convert(part, kind) for part, kind in zip(place, types, strict=True)]
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise Invalid(
            message="The cursor is not of this list and this order.",
            hint="Take `next_cursor` as it was given, with the same `sort`; or begin without a cursor.",
            fields={"cursor": "not of this list"},
        ) from None


def page_of(found: Sequence[T], limit: int, cursor: Any) -> Page[T]:
    """A page out of up to `limit + 1` items that were found: the one too many only tells that there is more.
    `cursor(item)` makes the cursor behind an item."""
    items = list(found[:limit])
    return Page(items, cursor(items[-1]) if len(found) > limit else None)
