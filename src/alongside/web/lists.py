"""What every list of the API takes."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from litestar.params import QueryParameter

from alongside.kit.errors import Invalid
from alongside.kit.paging import LARGEST_PAGE

Limit = Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE, description="How many items at most, 1 to 200.")]
Cursor = Annotated[
    str | None,
    QueryParameter(max_length=1000, description="`next_cursor` of the page before, with the same `sort`."),
]
Search = Annotated[str | None, QueryParameter(max_length=200, description="Text to look for.")]
Moment = Annotated[
    str | None,
    QueryParameter(
        max_length=40,
        schema_extra={"format": "date-time"},
        description="A moment as RFC 3339 writes it, with its distance from UTC: `2026-11-22T12:00:00Z`.",
    ),
]
_Zoned = Annotated[datetime, msgspec.Meta(tz=True)]


def moment(text: str | None, field: str) -> datetime | None:
    """A `Moment` in UTC. Raises Invalid for what is none; a number is none."""
    if text is None:
        return None
    try:
        return msgspec.convert(text, _Zoned).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        raise Invalid(
            message="That is no moment.",
            hint="Write it as 2026-11-22T12:00:00Z.",
            fields={field: "not a date and time with its distance from UTC"},
        ) from None
