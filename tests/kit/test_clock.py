"""Time is passed in, so a test can say what time it is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from alongside.kit.clock import FixedClock, SystemClock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_systems_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(minutes=5))
    assert clock.now() == NOON + timedelta(minutes=5)
    clock.set(NOON)
    assert clock.now() == NOON


def test_a_clock_refuses_a_time_without_a_zone_and_gives_utc() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 11, 22, 12))  # noqa: DTZ001
    berlin = FixedClock(NOON.astimezone(timezone(timedelta(hours=1))))
    assert berlin.now().hour == 12
