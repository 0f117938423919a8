"""The token bucket."""

from hypothesis import given
from hypothesis import strategies as st

from alongside.realtime.rates import TokenBucket


def test_a_burst_is_allowed_and_then_one_has_to_wait() -> None:
    bucket = TokenBucket(rate=2, burst=3, now=0)
    assert [bucket.take(0) for _ in range(3)] == [0, 0, 0]
    assert bucket.take(0) == 0.5
    assert bucket.take(0.5) == 0


def test_a_clock_that_goes_backwards_gives_nothing_away() -> None:
    bucket = TokenBucket(rate=1, burst=1, now=100)
    assert bucket.take(100) == 0
    assert bucket.take(50) == 1
    assert bucket.take(100) == 1


@given(st.lists(st.floats(0, 10), max_size=100))
def test_never_more_than_burst_and_rate_together(pauses: list[float]) -> None:
    bucket = TokenBucket(rate=2, burst=5, now=0)
    now, taken = 0.0, 0
    for pause in pauses:
        now += pause
        taken += bucket.take(now) == 0
    assert taken <= 5 + 2 * now + 1e-6
