"""Cursors: opaque, of one list and one order, and never trusted."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.kit.errors import Invalid
from alongside.kit.paging import decode_cursor, encode_cursor, page_of

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def test_a_cursor_gives_back_its_place() -> None:
    item = uuid4()
    cursor = encode_cursor("-at", NOON, item)
    assert decode_cursor(cursor, "-at", datetime, UUID) == [NOON, item]
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?#")


def test_a_cursor_of_another_order_or_another_list_is_refused() -> None:
    cursor = encode_cursor("-at", NOON, uuid4())
    for sort, types in (
        ("at", (datetime, UUID)),
        ("-at", (datetime,)),
        ("-at", (int, UUID)),
        ("-at", (datetime, int)),
    ):
        with pytest.raises(Invalid) as caught:
            decode_cursor(cursor, sort, *types)
        assert caught.value.fields.keys() == {"cursor"}


@given(st.text(max_size=60))
def test_whatever_is_sent_as_a_cursor_is_refused_in_words(cursor: str) -> None:
    with pytest.raises(Invalid):
        decode_cursor(cursor, "-at", datetime, UUID)


def test_a_page_has_a_cursor_only_if_there_is_more() -> None:
    more = page_of([1, 2, 3], 2, str)
    assert (more.items, more.next_cursor) == ([1, 2], "2")
    last = page_of([1, 2], 2, str)
    assert (last.items, last.next_cursor) == ([1, 2], None)
    assert page_of([], 2, str).items == []
