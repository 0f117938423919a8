"""The token bucket."""

from hypothesis import given
from hypothesis import strategies as st

from alongside.realtime.rates import LONGEST_WAIT, Buckets, Rate, TokenBucket


def test_a_burst_is_allowed_and_then_one_has_to_wait() -> None:
    bucket = TokenBucket(rate=2, burst=3, now=0)
    assert [bucket.take(0) for _ in range(3)] == [0, 0, 0]
    assert bucket.take(0) == 0.5
    assert bucket.take(0.5) == 0


def test_a_clock_that_goes_backwards_gives_nothing_away() -> None:
    bucket = TokenBucket(rate=1, burst=1, now=100)
    assert bucket.take(100) == 0
    assert [bucket.take(50), bucket.take(100)] == [1, 2]
    assert bucket.take(101) == 0


def test_everybody_who_was_refused_at_once_and_comes_back_as_told_gets_one() -> None:
    bucket = TokenBucket(rate=4, burst=1, now=0)
    assert bucket.take(0) == 0
    told = [bucket.take(0) for _ in range(20)]
    assert told == [0.25 * number for number in range(1, 21)]
    assert [bucket.take(moment) for moment in told] == [0] * 20


def test_nobody_is_told_to_wait_for_ever() -> None:
    bucket = TokenBucket(rate=1, burst=1, now=0)
    assert max(bucket.take(0) for _ in range(1000)) == LONGEST_WAIT


def test_debts_are_paid_off_before_there_is_anything_again() -> None:
    bucket = TokenBucket(rate=2, burst=3, now=0)
    assert bucket.owe(3, 0) == 0
    assert bucket.owe(2, 0) == 1
    assert bucket.take(1) == 0.5
    assert bucket.take(1.5) == 0
    assert bucket.owe(1_000_000, 1.5) == 1.5


def test_each_has_their_own_and_those_unused_for_longest_are_forgotten() -> None:
    buckets = Buckets(Rate(1, 1), most=2)
    assert buckets.of("a", 0).take(0) == 0
    assert buckets.of("b", 0).take(0) == 0
    assert buckets.of("a", 0).take(0) == 1
    buckets.of("c", 0)
    assert buckets.of("a", 0).take(0) == 2
    assert buckets.of("b", 0).take(0) == 0


@given(st.lists(st.floats(0, 10), max_size=100))
def test_never_more_than_burst_and_rate_together(pauses: list[float]) -> None:
    bucket = TokenBucket(rate=2, burst=5, now=0)
    now, taken = 0.0, 0
    for pause in pauses:
        now += pause
        taken += bucket.take(now) == 0
    assert taken <= 5 + 2 * now + 1e-6
