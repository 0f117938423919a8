"""When people write: over six months, more on weekdays, in the morning, and as winter comes."""

from datetime import datetime, timedelta
from random import Random

DAYS = 182
_HOURS = (0, 0, 0, 0, 0, 1, 2, 5, 9, 11, 11, 10, 8, 7, 8, 8, 7, 7, 6, 5, 4, 3, 1, 1)
_WEEKDAYS = (12, 11, 10, 10, 9, 5, 4)


def moment(random: Random, now: datetime, youngest: timedelta = timedelta(days=2)) -> datetime:
    """A moment at which somebody wrote, at least `youngest` ago."""
    days = range(1 + youngest.days, DAYS)
    weights = [_weight(now - timedelta(days=day), day) for day in days]
    day = random.choices(days, weights)[0]
    hour = random.choices(range(24), _HOURS)[0]
    midnight = (now - timedelta(days=day)).replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + timedelta(hours=hour, seconds=random.uniform(0, 3600))
    return min(at, now - youngest)


def _weight(day: datetime, ago: int) -> float:
    return _WEEKDAYS[day.weekday()] * (1.0 + 0.8 * (1 - ago / DAYS))
