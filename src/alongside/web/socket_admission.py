"""How many sockets one address may hold and how often it may connect, and how many there are all together."""

import time
from collections import Counter
from collections.abc import Callable

import msgspec

from alongside.kit.errors import TooMany, Unavailable
from alongside.kit.networks import network_of
from alongside.realtime.metrics import LIMITED
from alongside.realtime.rates import Buckets, Rate

MOST_BUCKETS = 50_000


class ConnectionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on the sockets of one server. An address is an IPv4 address or an IPv6 network of 64 bits."""

    per_address: int = 1_000
    altogether: int = 15_000
    handshakes: Rate = Rate(300, 50)


class Admission:
    """Counts the open sockets by address. `seconds` is a monotonic clock."""

    def __init__(self, limits: ConnectionLimits, seconds: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._seconds = seconds
        self._handshakes = Buckets(limits.handshakes, MOST_BUCKETS)
        self._open: Counter[str] = Counter()
        self._all = 0

    def enter(self, address: str) -> str:
        """Count one more; gives what to `leave` with. Raises TooMany or Unavailable, and then counts nothing."""
        key, now = network_of(address), self._seconds()
        if wait := self._handshakes.of(key, now).take(now):
            raise _too_many("handshake_address", "Your network connects too often.", wait)
        if self._all >= self._limits.altogether:
            LIMITED.labels("sockets").inc()
            raise Unavailable(message="This server has all the connections it takes.", hint="Try again soon.")
        if self._open[key] >= self._limits.per_address:
            hint = f"At most {self._limits.per_address} connections from one address."
            raise _too_many("sockets_per_address", "Your network has too many connections open.", 30, hint)
        self._open[key] += 1
        self._all += 1
        return key

    def leave(self, key: str) -> None:
        """One less."""
        self._all -= 1
        self._open[key] -= 1
        if self._open[key] <= 0:
            del self._open[key]


def _too_many(limit: str, message: str, wait: float, hint: str = "") -> TooMany:
    LIMITED.labels(limit).inc()
    return TooMany(message=message, hint=hint or "Connect again when it is time.", retry_after=round(wait, 3))
