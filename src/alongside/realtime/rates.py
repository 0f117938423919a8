"""Token buckets: so many at once, so many a second."""

from collections import OrderedDict
from typing import NamedTuple

LONGEST_WAIT = 60.0
_WHOLE = 1.0 - 1e-6  # sums of fractions fall short of what they should be


class Rate(NamedTuple):
    """`burst` at once, then `per_second`."""

    burst: float
    per_second: float


class TokenBucket:
    """Holds up to `burst` tokens and gains `rate` of them a second. The time is passed in, in seconds.

    Those who find none are told different times, one after the other: each who comes back as told finds a token,
    however many were refused at once."""

    __slots__ = ("_burst", "_promised", "_rate", "_tokens", "_updated")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._updated = now
        self._promised = now

    def take(self, now: float) -> float:
        """Take a token. 0.0 if there was one, else the seconds until there will be one for who asks."""
        self._fill(now)
        if self._tokens >= _WHOLE:
            self._tokens -= 1.0
            return 0.0
        return self._promise(self._updated)

    def _fill(self, now: float) -> None:
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._updated) * self._rate)
        self._updated = max(now, self._updated)

    def _promise(self, now: float) -> float:
        soonest = now + (1.0 - self._tokens) / self._rate
        self._promised = min(
            max(soonest, self._promised + 1.0 / self._rate), max(now + LONGEST_WAIT, soonest)
        )
        return self._promised - now

    def owe(self, count: float, now: float) -> float:
        """Take so many, whether they are there or not; nobody owes more than a whole bucket. Gives the seconds until
        nothing is owed any more."""
        self._fill(now)
        self._tokens = max(self._tokens - count, -self._burst)
        return max(0.0, -self._tokens / self._rate)


class Buckets:
    """Many buckets of one rate, by whose they are; those unused for longest are forgotten beyond `most`, as they have
    most likely been full again for a while."""

    def __init__(self, rate: Rate, most: int) -> None:
        self._rate = rate
        self._most = most
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def of(self, whose: str, now: float) -> TokenBucket:
        """Somebody's bucket; full, if they have none yet."""
        bucket = self._buckets.get(whose)
        if bucket is None:
            bucket = self._buckets[whose] = TokenBucket(self._rate.per_second, self._rate.burst, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(whose)
        return bucket
