"""The order of one topic, whatever happens to its batches on the way."""

from hypothesis import given
from hypothesis import strategies as st

from alongside.realtime.feed import HELD_BATCHES, Feed, clip
from alongside.realtime.topics import Batch
from tests.realtime.world import Line

TOPIC = "conversation:x"


def batch(after: int, upto: int) -> Batch:
    return Batch(TOPIC, after, upto, [Line(seq, str(seq)) for seq in range(after + 1, upto + 1)])


def ranges(batches: list[Batch]) -> list[tuple[int, int]]:
    for each in batches:
        assert [entry.seq for entry in each.entries] == list(range(each.after + 1, each.upto + 1))
    return [(each.after, each.upto) for each in batches]


def started(upto: int = 0) -> Feed:
    feed = Feed()
    assert feed.start(upto) == []
    return feed


def test_what_comes_in_order_leaves_at_once() -> None:
    feed = started()
    assert ranges(feed.offer(batch(0, 2))) == [(0, 2)]
    assert ranges(feed.offer(batch(2, 3))) == [(2, 3)]
    assert feed.gap() is None


def test_what_came_before_is_dropped() -> None:
    feed = started(5)
    assert feed.offer(batch(3, 5)) == []
    assert ranges(feed.offer(batch(3, 7))) == [(5, 7)]


def test_what_comes_too_early_waits_for_what_is_missing() -> None:
    feed = started()
    assert feed.offer(batch(4, 6)) == []
    assert feed.offer(batch(2, 3)) == []
    assert feed.gap() == (0, 2)
    assert ranges(feed.offer(batch(0, 2))) == [(0, 2), (2, 3)]
    assert feed.gap() == (3, 4)
    assert ranges(feed.offer(batch(3, 4))) == [(3, 4), (4, 6)]
    assert feed.gap() is None


def test_what_comes_before_the_first_snapshot_waits_for_it() -> None:
    feed = Feed()
    assert feed.offer(batch(7, 8)) == []
    assert feed.offer(batch(5, 7)) == []
    assert feed.gap() is None
    assert ranges(feed.start(6)) == [(6, 7), (7, 8)]


def test_a_later_snapshot_changes_nothing() -> None:
    feed = started(3)
    assert feed.start(9) == []
    assert feed.upto == 3


def test_hearsay_is_a_gap_until_it_is_fetched_or_forgotten() -> None:
    feed = started(3)
    feed.hear(5)
    assert feed.gap() == (3, 5)
    feed.forget_target()
    assert feed.gap() is None


def test_only_so_much_is_held() -> None:
    feed = started()
    for number in range(1, HELD_BATCHES + 10):
        feed.offer(batch(number, number + 1))
    last = HELD_BATCHES + 10
    assert ranges(feed.offer(batch(0, 1)))[-1] == (HELD_BATCHES, HELD_BATCHES + 1)
    assert feed.gap() == (HELD_BATCHES + 1, last)


def test_a_part_of_a_batch_has_only_its_entries() -> None:
    assert ranges([clip(batch(0, 5), 3)]) == [(3, 5)]
    assert clip(batch(4, 5), 3) == batch(4, 5)


@given(
    st.integers(0, 20),
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=40),
    st.data(),
)
def test_any_drops_doubles_and_disorder_give_one_whole_row(
    start: int, arrivals: list[tuple[int, int]], data: st.DataObject
) -> None:
    feed, out = Feed(), list[Batch]()
    begin = data.draw(st.integers(0, len(arrivals)))
    for number, (after, length) in enumerate(arrivals):
        if number == begin:
            out += feed.start(start)
        out += feed.offer(batch(after, after + length))
    out += feed.start(start)
    for _ in range(100):
        gap = feed.gap()
        if gap is None:
            break
        out += feed.offer(batch(gap[0], min(gap[1], gap[0] + 3)))
    assert feed.gap() is None
    upto = start
    for after, end in ranges(out):
        assert after == upto
        assert end > after
        upto = end
    assert upto == max([start, *(after + length for after, length in arrivals)])
