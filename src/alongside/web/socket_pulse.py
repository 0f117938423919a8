"""Signs of life: who has said nothing for a while is asked, who does not answer is cut."""

import asyncio
from typing import Protocol

BEATS = 20
"""Beats in a round; one a second. A quiet peer is asked in the second round and cut in the fourth."""


class Peer(Protocol):
    """A connection. It sets `quiet` to 0 whenever it hears anything."""

    quiet: int

    def ping(self) -> None:
        """Ask for a sign of life."""
        ...

    def cut(self) -> None:
        """Nobody is there any more."""
        ...


class Pulse:
    """Looks after all connections of a server: each is looked at once a round, a share of them every beat."""

    def __init__(self, seconds: float = 1.0) -> None:
        self._seconds = seconds
        self._shares: list[set[Peer]] = [set() for _ in range(BEATS)]
        self._share_of: dict[Peer, int] = {}
        self._next = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, peer: Peer) -> None:
        """Look after this one too."""
        share = len(self._share_of) % BEATS
        self._share_of[peer] = share
        self._shares[share].add(peer)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._beat)

    def remove(self, peer: Peer) -> None:
        """No longer; may be said of one who was never added."""
        share = self._share_of.pop(peer, None)
        if share is not None:
            self._shares[share].discard(peer)

    def _beat(self) -> None:
        self._timer = None
        if not self._share_of:
            return
        for peer in tuple(self._shares[self._next]):
            _look_at(peer)
        self._next = (self._next + 1) % BEATS
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._beat)


def _look_at(peer: Peer) -> None:
    peer.quiet += 1
    if peer.quiet >= 3:
        peer.cut()
    elif peer.quiet >= 2:
        peer.ping()
