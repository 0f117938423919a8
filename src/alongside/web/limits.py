"""How often one address or device may do what is costly or worth abusing: token buckets, on each node by itself.

They keep one visitor from starving the others; what must hold across nodes and restarts (guessing of passwords)
is kept in the database by `team.guessing`.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from prometheus_client import Counter

from alongside.kit.errors import TooMany

MOST_BUCKETS = 50_000
_refused = Counter("alongside_limited_total", "Requests refused for coming too often.", ["limit"])


class Rate(NamedTuple):
    """`burst` at once, then `per_second`."""

    burst: float
    per_second: float


RATES: dict[str, Rate] = {
    "sign_in": Rate(60, 1),  # an office begins its day; wrong passwords are slowed by team.guessing
    "setup": Rate(10, 0.1),
    "device": Rate(600, 10),  # an office or a whole mobile network may share one address
    "identify": Rate(30, 1),
    "identify_from": Rate(600, 20),
    "upload": Rate(40, 1),
    "password": Rate(10, 0.1),
}


class Limits:
    """The buckets of one node. `seconds` is a monotonic clock."""

    def __init__(
        self, rates: dict[str, Rate] | None = None, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._rates = RATES | (rates or {})
        self._seconds = seconds
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def spend(self, limit: str, whose: str) -> None:
        """Take one from somebody's bucket. Raises TooMany with the seconds until there is one again; KeyError for
        a limit that RATES does not name."""
        rate, now = self._rates[limit], self._seconds()
        left, since = self._buckets.pop((limit, whose), (rate.burst, now))
        left = min(rate.burst, left + (now - since) * rate.per_second)
        self._buckets[limit, whose] = (max(left - 1, 0) if left >= 1 else left, now)
        self._bound()
        if left < 1:
            _refused.labels(limit).inc()
            raise _too_many((1 - left) / rate.per_second)

    def _bound(self) -> None:
        """The bucket that was not used for longest goes; it has most likely been full again for a while."""
        while len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)


def _too_many(seconds: float) -> TooMany:
    return TooMany(
        message="That is too often.",
        hint="Wait as long as Retry-After says, then go on.",
        retry_after=seconds,
    )


def network_of(address: str | None) -> str:
    """Whose bucket: an IPv4 address, or the /64 network of an IPv6 address, of which one customer has many."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{parsed.exploded[:19]}::/64"
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
