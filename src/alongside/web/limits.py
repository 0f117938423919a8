"""How often one device, person, address or workspace may do what costs: token buckets, on each node by itself.

They keep one from starving the others, over HTTP and over the socket. What must hold across nodes and restarts
(guessing of passwords) is kept in the database by `team.guessing`. docs/operators.md tells operators of them.
"""

import time
from collections.abc import Callable, Mapping

from alongside.kit.errors import TooMany
from alongside.kit.networks import network_of
from alongside.realtime.metrics import LIMITED
from alongside.realtime.rates import Buckets, Rate
from alongside.realtime.sessions import Session

__all__ = ["RATES", "Limits", "Rate", "network_of"]

MOST_BUCKETS = 50_000

RATES: dict[str, Rate] = {
    "connection_address": Rate(600, 100),
    "request_address": Rate(5000, 500),  # an office or a whole mobile network may share one address
    "request_session": Rate(120, 30),
    "request_workspace": Rate(10_000, 1000),
    "sign_in": Rate(60, 1),  # an office begins its day; wrong passwords are slowed by team.guessing
    "setup": Rate(10, 0.1),
    "device": Rate(600, 10),
    "identify": Rate(30, 1),
    "identify_from": Rate(600, 20),
    "upload": Rate(40, 1),
    "password": Rate(10, 0.1),
    "handshake_address": Rate(300, 50),
    "frame": Rate(300, 50),
    "command": Rate(60, 20),
    "command_session": Rate(120, 40),
    "command_person": Rate(240, 60),
    "command_address": Rate(5000, 500),
    "command_workspace": Rate(20_000, 5000),
    "subscribe_session": Rate(600, 20),
    "subscribe_workspace": Rate(20_000, 1000),
    "start_session": Rate(20, 0.05),
    "start_address": Rate(600, 10),
}
UNLIMITED = Rate(1_000_000_000, 1_000_000_000)


class Limits:
    """The buckets of one node. `seconds` is a monotonic clock."""

    def __init__(
        self, rates: Mapping[str, Rate] | None = None, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._buckets = {
            name: Buckets(rate, MOST_BUCKETS) for name, rate in (RATES | dict(rates or {})).items()
        }

    def spend(self, limit: str, whose: str) -> None:
        """Take one from somebody's bucket. Raises TooMany with the seconds until there is one again; KeyError for
        a limit that RATES does not name."""
        wait = self.take(limit, whose)
        if wait:
            raise TooMany(
                message="That is too often.",
                hint="Wait as long as Retry-After says, then go on.",
                retry_after=wait,
            )

    def take(self, limit: str, whose: str) -> float:
        """The same without raising: 0.0, or the seconds to wait."""
        now = self._seconds()
        wait = self._buckets[limit].of(whose, now).take(now)
        if wait:
            LIMITED.labels(limit).inc()
        return wait

    def charge(self, limit: str, whose: str) -> None:
        """Take one from somebody's bucket, whether it is there or not."""
        now = self._seconds()
        self._buckets[limit].of(whose, now).owe(1, now)

    def of(self, session: Session, address: str) -> "SessionQuota":
        """What a session at the socket takes part in."""
        return SessionQuota(self, session, network_of(address))


class SessionQuota:
    """Whose buckets a session takes from: the nearest first, so that a flood ends in its own."""

    def __init__(self, limits: Limits, session: Session, network: str) -> None:
        workspace, mine = session.workspace_id.hex, session.session_id.hex
        command = [
            ("command_session", mine),
            ("command_person", f"{session.actor.kind}:{session.actor.id}"),
            ("command_address", network),
            ("command_workspace", workspace),
        ]
        start = [("start_session", mine), ("start_address", network)]
        self._limits = limits
        self._shares = {
            "command": command,
            "start": [*start, *command],
            "subscribe": [("subscribe_session", mine), ("subscribe_workspace", workspace)],
        }

    def ask(self, kind: str) -> float:
        """Take one. 0.0 if there was one, else the seconds until another try makes sense."""
        for limit, whose in self._shares[kind]:
            if wait := self._limits.take(limit, whose):
                return wait
        return 0.0

    def charge(self, kind: str) -> None:
        """Take one, whether it is there or not."""
        for limit, whose in self._shares[kind]:
            self._limits.charge(limit, whose)
