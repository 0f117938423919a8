"""What every list of the API takes."""

from typing import Annotated

from litestar.params import QueryParameter

from alongside.kit.paging import LARGEST_PAGE

Limit = Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE, description="How many items at most, 1 to 200.")]
Cursor = Annotated[
    str | None,
    QueryParameter(max_length=1000, description="`next_cursor` of the page before, with the same `sort`."),
]
Search = Annotated[str | None, QueryParameter(max_length=200, description="Text to look for.")]
