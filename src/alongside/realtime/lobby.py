"""Who is connected to this node: let in, counted, and shown out."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from alongside.kit.errors import TooMany, Unauthenticated, Unavailable
from alongside.realtime import subscribing
from alongside.realtime.following import Follower, Peer
from alongside.realtime.limits import Limits
from alongside.realtime.metrics import CONNECTIONS, LIMITED
from alongside.realtime.place import Place
from alongside.realtime.revocations import RecentRevocations, Revocation
from alongside.realtime.sessions import Session

TOO_MANY_SECONDS = 30.0


class Lobby:
    """The clients of this node and the workspaces that they are in. `left` hears of followers that end."""

    def __init__(self, left: Callable[[Follower], None], limits: Limits | None = None) -> None:
        self.places: dict[UUID, Place] = {}
        self._peers: set[Peer] = set()
        self._recent = RecentRevocations()
        self._left = left
        self._limits = limits or Limits()

    def meet(self, peer: Peer) -> None:
        """Somebody connected and has not said who they are."""
        self._peers.add(peer)

    def mark(self) -> int:
        """To be taken before a session is looked up, for `join`."""
        return self._recent.mark()

    def join(self, peer: Peer, session: Session, mark: int) -> None:
        """They are this session. Raises Unauthenticated if it was ended since the mark, TooMany if it, its owner or
        the workspace has too many connections, Unavailable if we cannot tell."""
        self._check(session, mark)
        place = self.places.get(session.workspace_id)
        if place is None:
            place = self.places[session.workspace_id] = Place(session.workspace_id, self._left)
        self._count(place, session)
        peer.session = session
        place.add(peer, session.actor)
        CONNECTIONS.labels(session.audience).inc()

    def _check(self, session: Session, mark: int) -> None:
        ended = self._recent.since(mark, session)
        if ended:
            raise Unauthenticated(ended.code, ended.message)
        if not self._recent.complete(mark):
            raise Unavailable(message="Signing in took too long.", hint="Try again.")

    def _count(self, place: Place, session: Session) -> None:
        limits, mine = self._limits, place.sockets(session.actor)
        _bound(place.sessions(session.actor, session.session_id), limits.sockets_per_session, "session")
        _bound(mine, limits.sockets_per_person, "person")
        _bound(place.sockets(), limits.sockets_per_workspace, "workspace")

    def drop(self, peer: Peer) -> Session | None:
        """They are gone. Gives their session if they had joined, once."""
        self._peers.discard(peer)
        session = peer.session
        place = self.places.get(session.workspace_id) if session else None
        if session is None or place is None or not place.holds(peer, session.actor):
            return None
        for follower in list(peer.followers.values()):
            place.leave(follower)
        place.remove(peer, session.actor)
        if place.empty():
            del self.places[session.workspace_id]
        CONNECTIONS.labels(session.audience).dec()
        return session

    def peers(self) -> list[Peer]:
        """Everybody who is connected."""
        return list(self._peers)

    def expire(self, now: datetime) -> None:
        """Show out those whose session has come to its end."""
        for peer in self.peers():
            if peer.session and peer.session.expires_at and peer.session.expires_at <= now:
                peer.end("unauthenticated", "Your session has expired.", discard=True)

    def revoke(self, revocation: Revocation) -> None:
        """Show out, or take a topic from, those whom it hits; and those who are just being let in."""
        self._recent.add(revocation)
        place = self.places.get(revocation.workspace_id)
        if place is None:
            return
        for peer in place.peers(revocation.actor):
            if peer.session and revocation.hits(peer.session):
                _strike(place, peer, revocation)


def _bound(there_are: int, most: int, whose: str) -> None:
    if there_are >= most:
        LIMITED.labels(f"sockets_per_{whose}").inc()
        raise TooMany(
            message=f"This {whose} is connected too many times.",
            hint=f"At most {most} connections of one {whose} at this server; close another tab.",
            retry_after=TOO_MANY_SECONDS,
        )


def _strike(place: Place, peer: Peer, revocation: Revocation) -> None:
    if revocation.topic is None:
        again = 0.0 if revocation.come_back else None
        peer.end(revocation.code, revocation.message, retry_after=again, discard=True)
    elif follower := peer.followers.get(revocation.topic):
        subscribing.revoke(place, follower, revocation.code, revocation.message)
