"""One workspace as this node sees it: who is connected, and who follows what."""

from collections.abc import Callable, Iterable
from uuid import UUID

from alongside.kit.actors import Actor
from alongside.realtime.following import Follower, Following, Peer
from alongside.realtime.frames import Event, RequestId, encode
from alongside.realtime.sessions import Session
from alongside.realtime.topics import Change, TopicKind


class Place:
    """The clients and topics of one workspace. Is the `topics.Watchers` of its digest.

    `left` is called with each follower that ends."""

    def __init__(self, workspace_id: UUID, left: Callable[[Follower], None]) -> None:
        self.workspace_id = workspace_id
        self._left = left
        self.topics: dict[str, Following] = {}
        self._peers: dict[Actor, set[Peer]] = {}
        self._sockets = 0

    def add(self, peer: Peer, actor: Actor) -> None:
        """A client came."""
        self._peers.setdefault(actor, set()).add(peer)
        self._sockets += 1

    def remove(self, peer: Peer, actor: Actor) -> None:
        """A client went."""
        peers = self._peers.get(actor, set())
        self._sockets -= peer in peers
        peers.discard(peer)
        if not peers:
            self._peers.pop(actor, None)

    def holds(self, peer: Peer, actor: Actor) -> bool:
        """Whether a client is here."""
        return peer in self._peers.get(actor, ())

    def empty(self) -> bool:
        """Whether nobody of the workspace is connected."""
        return not self._peers

    def peers(self, actor: Actor | None = None) -> list[Peer]:
        """The clients of one actor, or all."""
        if actor is not None:
            return list(self._peers.get(actor, ()))
        return [peer for peers in self._peers.values() for peer in peers]

    def sockets(self, actor: Actor | None = None) -> int:
        """How many connections one actor has, or all."""
        return self._sockets if actor is None else len(self._peers.get(actor, ()))

    def sessions(self, actor: Actor, session_id: UUID) -> int:
        """How many connections one session has."""
        return sum(
            peer.session is not None and peer.session.session_id == session_id
            for peer in self._peers.get(actor, ())
        )

    def begin(
        self, peer: Peer, session: Session, request_id: RequestId, topic: str, kind: TopicKind, key: str
    ) -> Follower:
        """A subscription whose snapshot is still to be read; takes the place of an earlier one."""
        earlier = peer.followers.get(topic)
        following = self.topics.setdefault(topic, Following(topic, kind, key))
        follower = Follower(peer, session, request_id, following)
        following.followers.add(follower)
        if earlier:
            self.leave(earlier)
        peer.followers[topic] = follower
        return follower

    def leave(self, follower: Follower) -> None:
        """One follower less; a topic that nobody follows is forgotten."""
        if follower.ended:
            return
        following = follower.following
        follower.ended = True
        following.followers.discard(follower)
        if follower.peer.followers.get(following.topic) is follower:
            del follower.peer.followers[following.topic]
        if not following.followers and self.topics.get(following.topic) is following:
            del self.topics[following.topic]
        self._left(follower)

    def anyone(self, topic: str) -> bool:
        """Whether anybody follows the topic."""
        return topic in self.topics

    def of(self, topic: str) -> frozenset[Actor]:
        """Everybody who follows the topic."""
        following = self.topics.get(topic)
        followers: Iterable[Follower] = following.followers if following else ()
        return frozenset(each.session.actor for each in followers)

    def has(self, topic: str, actor: Actor) -> bool:
        """Whether this one follows the topic."""
        return any(topic in peer.followers for peer in self._peers.get(actor, ()))

    def tell(self, change: Change, skip: Actor | None = None) -> None:
        """An event for those who follow its topic and are meant; `skip` made it and need not hear of it."""
        following = self.topics.get(change.topic)
        if following is None:
            return
        frame = encode(Event(change.topic, change.name, change.data))
        audiences = ("everyone", "team") if change.audience == "everyone" else ("team",)
        if change.to is None:
            following.tell(
                frame, lambda each: each.session.audience in audiences and each.session.actor != skip
            )
            return
        for peer in [peer for actor in change.to for peer in self._peers.get(actor, ())]:
            follower = peer.followers.get(change.topic)
            if follower and follower.session.audience in audiences:
                follower.give_frame(frame)
