"""How many sockets one address may hold, and all together."""

import ipaddress
from collections import Counter

import msgspec

from alongside.kit.errors import TooMany, Unavailable


class ConnectionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on the sockets of one server. An address is an IPv4 address or an IPv6 network of 64 bits."""

    per_address: int = 1_000
    altogether: int = 15_000


class Admission:
    """Counts the open sockets by address."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._open: Counter[str] = Counter()
        self._all = 0

    def enter(self, address: str) -> str:
        """Count one more; gives what to `leave` with. Raises TooMany or Unavailable, and then counts nothing."""
        key = _network(address)
        if self._all >= self._limits.altogether:
            raise Unavailable(message="This server has all the connections it takes.", hint="Try again soon.")
        if self._open[key] >= self._limits.per_address:
            hint = f"At most {self._limits.per_address} connections from one address."
            raise TooMany(message="Your network has too many connections open.", hint=hint, retry_after=30)
        self._open[key] += 1
        self._all += 1
        return key

    def leave(self, key: str) -> None:
        """One less."""
        self._all -= 1
        self._open[key] -= 1
        if self._open[key] <= 0:
            del self._open[key]


def _network(address: str) -> str:
    """What belongs to one subscriber: the IPv4 address, or the first 64 bits of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
