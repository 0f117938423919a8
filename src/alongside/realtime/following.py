"""Who follows one topic on this node, and how far each of them is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from alongside.realtime.feed import Feed
from alongside.realtime.frames import RequestId, ServerFrame
from alongside.realtime.metrics import FRAMES_OUT
from alongside.realtime.outbox import Outbox
from alongside.realtime.parcel import Parcel
from alongside.realtime.sessions import Session
from alongside.realtime.topics import Batch, TopicKind


class Peer(Protocol):
    """A client as the hub sees it. `session` is None until it has said who it is."""

    session: Session | None
    followers: dict[str, Follower]
    outbox: Outbox
    over: bool

    def send(self, frame: ServerFrame) -> None:
        """Have a frame written."""
        ...

    def release(self, topic: str) -> None:
        """A topic was taken away: it no longer counts against the limit."""
        ...

    def tick(self, now: float) -> None:
        """Time has passed (monotonic seconds)."""
        ...

    def retire(self) -> None:
        """The server stops."""
        ...

    def end(
        self,
        code: str,
        message: str = "",
        hint: str = "",
        retry_after: float | None = None,
        *,
        discard: bool = False,
    ) -> None:
        """Say goodbye and close."""
        ...


class Follower:
    """One client's subscription to one topic.

    While its snapshot is being read, what arrives waits here; `open` then hands on what the snapshot lacks,
    so that nothing is lost or doubled between the two. `cursor`: the client has everything up to there.
    `shown`: others have been told that it looks at the topic.
    """

    __slots__ = ("_waiting", "cursor", "ended", "following", "peer", "request_id", "session", "shown")

    def __init__(self, peer: Peer, session: Session, request_id: RequestId, following: Following) -> None:
        self.peer = peer
        self.session = session
        self.request_id = request_id
        self.following = following
        self.cursor = 0
        self.ended = False
        self.shown = False
        self._waiting: list[Parcel | bytes] | None = []

    @property
    def waiting(self) -> bool:
        """Whether its snapshot is still being read."""
        return self._waiting is not None

    def wait(self) -> None:
        """A new snapshot is being read: hold back what arrives."""
        if self._waiting is None:
            self._waiting = []

    def open(self, upto: int) -> None:
        """The snapshot has been sent and went up to this number."""
        self.cursor = upto
        waiting, self._waiting = self._waiting or [], None
        for each in waiting:
            if isinstance(each, Parcel):
                self.give(each)
            else:
                self.give_frame(each)

    def give(self, parcel: Parcel) -> None:
        """Entries for this follower, in the order of the feed."""
        if self._waiting is not None:
            self._waiting.append(parcel)
            return
        batch = parcel.batch
        if batch.upto <= self.cursor:
            return
        if batch.after < self.cursor:
            parcel = parcel.rest(self.cursor)
        self.cursor = batch.upto
        self.peer.outbox.push(parcel.frame(self.session.audience))

    def give_frame(self, frame: bytes) -> None:
        """Anything else, already encoded."""
        if self._waiting is not None:
            self._waiting.append(frame)
        else:
            self.peer.outbox.push(frame)


class Following:
    """A topic that somebody on this node follows."""

    __slots__ = ("feed", "followers", "key", "kind", "topic")

    def __init__(self, topic: str, kind: TopicKind, key: str) -> None:
        self.topic = topic
        self.kind = kind
        self.key = key
        self.feed = Feed()
        self.followers: set[Follower] = set()

    def offer(self, batch: Batch) -> None:
        """Entries came, from the journal here or from a fetch."""
        self._deal(self.feed.offer(batch))

    def start(self, upto: int) -> None:
        """A snapshot says where the topic stands."""
        self._deal(self.feed.start(upto))

    def _deal(self, batches: list[Batch]) -> None:
        for batch in batches:
            parcel = Parcel(batch)
            for follower in tuple(self.followers):
                follower.give(parcel)
            FRAMES_OUT.inc(len(self.followers))

    def tell(self, frame: bytes, meant: Callable[[Follower], bool]) -> None:
        """An event for those who are meant."""
        for follower in tuple(self.followers):
            if meant(follower):
                follower.give_frame(frame)
                FRAMES_OUT.inc()
