"""Names of the write-ahead log, as PostgreSQL counts them."""

from alongside.storage.backup.segments import (
    after,
    is_history,
    is_segment,
    not_before,
    segment_of,
    system_of,
    unbroken,
)


def test_a_position_lies_in_its_segment() -> None:
    assert segment_of(1, "0/2000028") == "000000010000000000000002"
    assert segment_of(10, "12/FF000000") == "0000000A00000012000000FF"


def test_the_last_of_a_file_is_followed_by_the_first_of_the_next() -> None:
    assert after("0000000100000000000000FF") == "000000010000000100000000"


def test_a_row_ends_at_its_first_gap() -> None:
    row = {segment_of(1, f"0/{number}000000") for number in (2, 3, 5)}
    assert unbroken(segment_of(1, "0/2000000"), row) == segment_of(1, "0/3000000")
    assert unbroken(segment_of(1, "0/1000000"), row) is None


def test_order_is_that_of_positions_whatever_the_timeline() -> None:
    assert not_before("000000020000000000000005", "000000010000000000000005")
    assert not not_before("000000030000000000000004", "000000010000000000000005")


def test_only_whole_segments_and_histories_are_log() -> None:
    assert is_segment("000000010000000000000002")
    assert is_history("00000002.history")
    for name in (
        "000000010000000000000002.partial",
        "000000010000000000000002.00000028.backup",
        "archtemp.x",
    ):
        assert not is_segment(name)
        assert not is_history(name)


def test_a_segment_tells_whose_it_is() -> None:
    assert system_of(bytes(24) + (7123456789).to_bytes(8, "little")) == "7123456789"
