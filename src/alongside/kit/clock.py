"""The time, as something that is passed in, so that a test can say what time it is."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whoever needs the time takes a clock."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC, with microseconds."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is told to move; for tests and for seeding a demo."""

    def __init__(self, at: datetime) -> None:
        self._at = _aware(at)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._at

    def set(self, at: datetime) -> None:
        """Jump to a moment, forwards or backwards."""
        self._at = _aware(at)

    def advance(self, by: timedelta) -> None:
        """Move by a duration."""
        self._at += by


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A clock needs an aware datetime: give it a time zone, best UTC.")
    return at.astimezone(UTC)
