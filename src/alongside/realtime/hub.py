"""The hub of one node: brings what happens to those who follow it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any
from uuid import UUID

from alongside.kit.actors import Actor
from alongside.kit.clock import Clock
from alongside.kit.errors import Forbidden
from alongside.kit.logs import logger
from alongside.realtime import subscribing
from alongside.realtime.bus import AnyMessage, Bus, Happening, Hints, Missed, Presence, Revoke, Told, Touched
from alongside.realtime.company import Company
from alongside.realtime.digests import Digests
from alongside.realtime.following import Follower, Peer
from alongside.realtime.frames import RequestId
from alongside.realtime.limits import Limits
from alongside.realtime.lobby import Lobby
from alongside.realtime.metrics import DELIVERY_LAG, SUBSCRIPTIONS
from alongside.realtime.repairs import Repairs
from alongside.realtime.revocations import Revocation
from alongside.realtime.sessions import Audience, Session
from alongside.realtime.topics import Batch, Change, Digest, Hint, TopicRegistry
from alongside.realtime.typists import Typing, Typists
from alongside.realtime.verification import Verification
from alongside.storage import Connection

log = logger(__name__)
SWEEP_SECONDS = 1.0
MOVES_A_SECOND = 1000  # another node welcomes and resumes more than that on one core
DRAIN_TURN = 0.02


class Hub:
    """One node's hub. What is not awaited is done when it returns, and never blocks.

    `alive` says whether a session still stands; asked when the bus may have lost a revocation.
    """

    def __init__(
        self,
        bus: Bus,
        topics: TopicRegistry,
        digest: Digest,
        alive: Callable[[Session], Awaitable[bool]],
        clock: Clock,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        self.topics = topics
        self.company = Company(bus, self._tell)
        self.lobby = Lobby(self._left, limits)
        self._bus = bus
        self._clock = clock
        self._monotonic = monotonic
        self._repairs = Repairs()
        self._digests = Digests(digest, self.lobby.places.get)
        self._typists = Typists((limits or Limits()).typing_seconds)
        self._verification = Verification(self.lobby, self._repairs, alive, certain=bus.certain)
        self._sweeper: asyncio.Task[None] | None = None
        bus.attach(self)

    # -- clients

    def join(self, peer: Peer, session: Session, mark: int) -> None:
        """A client has said who it is; `mark` from `lobby.mark()`, taken before. Raises what `Lobby.join` does."""
        self.lobby.join(peer, session, mark)
        self.company.came(session.workspace_id, session.actor)

    def drop(self, peer: Peer) -> None:
        """A client is gone; may be said more than once."""
        session = self.lobby.drop(peer)
        if session:
            self.company.went(session.workspace_id, session.actor, self._monotonic())

    async def follow(self, peer: Peer, request_id: RequestId, topic: str, after: int | None) -> None:
        """Subscribe a client: it gets `subscribed`, and from then on what happens there.

        Raises NotFound for topics that are none, and what their kind raises."""
        kind, key = self.topics.find(topic)
        session = peer.session
        assert session is not None
        place = self.lobby.places[session.workspace_id]
        follower = place.begin(peer, session, request_id, topic, kind, key)
        SUBSCRIPTIONS.labels(kind.name).inc()
        await subscribing.admit(place, follower, after, self._repairs)
        follower.shown = True
        self.company.came(session.workspace_id, session.actor, topic)

    def unfollow(self, peer: Peer, topic: str) -> None:
        """A client has enough of a topic."""
        follower = peer.followers.get(topic)
        if follower:
            self.lobby.places[follower.session.workspace_id].leave(follower)

    def _left(self, follower: Follower) -> None:
        session, topic = follower.session, follower.following.topic
        SUBSCRIPTIONS.labels(follower.following.kind.name).dec()
        if follower.shown:
            self.company.went(session.workspace_id, session.actor, self._monotonic(), topic)
        if self._typists.leave(session.workspace_id, topic, session.actor):
            self._tell_typing(Typing(session.workspace_id, topic, session.actor), False)

    # -- what happened

    def deliver(self, workspace_id: UUID, batches: Sequence[Batch]) -> None:
        """Entries that this node has committed."""
        place = self.lobby.places.get(workspace_id)
        if place is None:
            return
        for batch in batches:
            following = place.topics.get(batch.topic)
            if following:
                following.offer(batch)
                self._repairs.need(workspace_id, following)
        self._observe_lag(batches)
        self._digests.mark(workspace_id, [batch.topic for batch in batches])

    def _observe_lag(self, batches: Sequence[Batch]) -> None:
        at = getattr(batches[-1].entries[-1], "at", None) if batches and batches[-1].entries else None
        if isinstance(at, datetime):
            DELIVERY_LAG.observe(max(0.0, (self._clock.now() - at).total_seconds()))

    def hear(self, node: str, message: AnyMessage) -> None:
        """What a node says over the bus."""
        match message:
            case Hints():
                self._hear_hints(message.workspace_id, message.hints)
            case Touched():
                self._digests.mark(message.workspace_id, message.topics)
            case Told():
                told = message.happening
                change = Change(message.topic, told.name, told.data, audience=told.audience)
                self._tell(message.workspace_id, change, told.skip)
            case Revoke():
                self.lobby.revoke(message.revocation)
            case Presence():
                self.company.hear(node, message, self._monotonic())
            case Missed():
                self.recheck()

    def _hear_hints(self, workspace_id: UUID, hints: Sequence[Hint]) -> None:
        place = self.lobby.places.get(workspace_id)
        if place is None:
            return
        for hint in hints:
            following = place.topics.get(hint.topic)
            if following:
                following.feed.hear(hint.last)
                self._repairs.need(workspace_id, following)
        self._digests.mark(workspace_id, [hint.topic for hint in hints])

    def _tell(self, workspace_id: UUID, change: Change, skip: Actor | None = None) -> None:
        place = self.lobby.places.get(workspace_id)
        if place:
            place.tell(change, skip)

    def recheck(self) -> None:
        """The bus may have lost anything: look at every session and topic again."""
        self._verification.everything()

    # -- what rooms tell

    def publish(
        self,
        workspace_id: UUID,
        topic: str,
        name: str,
        data: Any,
        *,
        audience: Audience = "everyone",
        skip: Actor | None = None,
    ) -> None:
        """An event that nobody stores, to all who follow the topic on any node, but not to `skip`."""
        happening = Happening(name=name, data=data, audience=audience, skip=skip)
        self._bus.broadcast(workspace_id, topic, happening)

    def touch(self, workspace_id: UUID, topics: Collection[str]) -> None:
        """These look different now though no entry says so (somebody read them): all nodes ask the digest."""
        self._digests.mark(workspace_id, topics)
        self._bus.tell(Touched(workspace_id, list(topics)))

    def typing(self, session: Session, topic: str, on: bool) -> None:
        """Somebody types at a topic, or stopped. Forbidden unless they follow it here."""
        place = self.lobby.places.get(session.workspace_id)
        if place is None or not place.has(topic, session.actor):
            raise Forbidden(message="You don't follow this conversation.", hint="Subscribe to it first.")
        typing = Typing(session.workspace_id, topic, session.actor)
        if self._typists.set(typing, on, self._monotonic()):
            self._tell_typing(typing, on)

    def _tell_typing(self, typing: Typing, on: bool) -> None:
        who = {"kind": typing.actor.kind, "id": typing.actor.id}
        data = {"who": who, "on": on}
        self.publish(typing.workspace_id, typing.topic, "typing", data, skip=typing.actor)

    def revoke(self, revocation: Revocation) -> None:
        """End sessions or take a topic away: here before this returns, on the other nodes soon."""
        self.lobby.revoke(revocation)
        self._bus.tell(Revoke(revocation))

    async def revoke_in(self, connection: Connection, revocation: Revocation) -> None:
        """The same when this transaction commits; then no node misses it, even if this one dies."""
        await self._bus.tell_in(connection, Revoke(revocation))
        connection.after_commit(partial(self.lobby.revoke, revocation))

    # -- time

    async def start(self) -> None:
        """Join the bus and begin to look at the time."""
        await self._bus.start()
        self._sweeper = asyncio.create_task(self._sweep_on())

    async def _sweep_on(self) -> None:
        while True:
            try:
                self.sweep()
            except Exception:
                log.exception("sweep_failed")
            await asyncio.sleep(SWEEP_SECONDS)

    def sweep(self) -> None:
        """What is to be done every second."""
        now = self._monotonic()
        for peer in self.lobby.peers():
            peer.tick(now)
        self.lobby.expire(self._clock.now())
        for typing in self._typists.expire(now):
            self._tell_typing(typing, False)
        if self.company.tick(now) and not self._bus.certain:
            self.recheck()  # what a node that died had stored and not told of
        self._verification.tick(now)

    def retire(self) -> None:
        """The server stops: all clients finish what they asked for and are told to come back."""
        for peer in self.lobby.peers():
            peer.retire()

    async def drain(self, seconds: float) -> None:
        """Ask everybody to go elsewhere, one after the other, so that they don't arrive there all at once. Returns
        when they are gone, after so many seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while peers := self.lobby.peers():
                    await self._retire(peers, seconds / 2)
                    await asyncio.sleep(DRAIN_TURN)

    async def _retire(self, peers: Collection[Peer], seconds: float) -> None:
        pace = max(MOVES_A_SECOND, len(peers) / seconds)
        together = max(1, round(pace * DRAIN_TURN))
        for number, peer in enumerate(peers, start=1):
            peer.retire()
            if number % together == 0:
                await asyncio.sleep(DRAIN_TURN)

    async def stop(self) -> None:
        """Say goodbye and leave the bus."""
        self.retire()
        self.company.end()
        if self._sweeper:
            self._sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeper
        for part in (self._digests, self._repairs, self._verification):
            await part.stop()
        await self._bus.stop()
