"""Looking again: whether sessions still stand, and whether topics are as far as the journal is."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from alongside.kit.errors import AlongsideError
from alongside.kit.logs import logger
from alongside.realtime import subscribing
from alongside.realtime.following import Following, Peer
from alongside.realtime.lobby import Lobby
from alongside.realtime.place import Place
from alongside.realtime.repairs import Repairs
from alongside.realtime.sessions import Session
from alongside.realtime.topics import TopicKind

log = logger(__name__)
HEADS_SECONDS = 30.0
HEADS_SECONDS_UNCERTAIN = 5.0
PAUSE_SECONDS = 1.0
SESSIONS_AT_ONCE = 8


class Verification:
    """Finds what the bus has lost: thoroughly after the line was broken (`everything`), and every half minute
    the last numbers of all journals that are followed; every five seconds if hints are not `certain`, since then
    those of a node that died between commit and telling are lost without anybody's noticing."""

    def __init__(
        self,
        lobby: Lobby,
        repairs: Repairs,
        alive: Callable[[Session], Awaitable[bool]],
        *,
        certain: bool = True,
    ) -> None:
        self._lobby = lobby
        self._repairs = repairs
        self._alive = alive
        self._every = HEADS_SECONDS if certain else HEADS_SECONDS_UNCERTAIN
        self._next = self._every
        self._tasks: set[asyncio.Task[None]] = set()
        self._wanted = False
        self._looking = False

    def everything(self) -> None:
        """Ask again for every session, then give every follower a fresh snapshot. What is asked for meanwhile is
        done once more afterwards, however often it was asked: one broken line is reported by every node."""
        self._wanted = True
        if not self._looking:
            self._looking = True
            self._begin(self._look())

    async def _look(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                await self._everything()
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            self._looking = False

    async def _everything(self) -> None:
        gate = asyncio.Semaphore(SESSIONS_AT_ONCE)
        await asyncio.gather(*(self._check(peer, gate) for peer in self._lobby.peers()))
        for place in list(self._lobby.places.values()):
            followers = [each for topic in place.topics.values() for each in topic.followers]
            await subscribing.renew(place, followers, self._repairs)

    async def _check(self, peer: Peer, gate: asyncio.Semaphore) -> None:
        async with gate:
            session = peer.session
            if session is None or peer.over:
                return
            try:
                alive = await self._alive(session)
            except AlongsideError:
                peer.end("unavailable", retry_after=1.0)
                return
            if not alive:
                peer.end("unauthenticated", discard=True)

    def tick(self, now: float) -> None:
        """Time has passed."""
        if now >= self._next:
            self._next = now + self._every
            self._begin(self.heads())

    async def heads(self) -> None:
        """Compare every topic that is followed with the end of its journal, one question a kind and workspace."""
        for place in list(self._lobby.places.values()):
            by_kind: dict[TopicKind, list[Following]] = {}
            for following in place.topics.values():
                by_kind.setdefault(following.kind, []).append(following)
            for kind, followings in by_kind.items():
                await self._compare(place, kind, followings)

    async def _compare(self, place: Place, kind: TopicKind, followings: list[Following]) -> None:
        try:
            heads = await kind.heads(place.workspace_id, [each.key for each in followings])
        except AlongsideError as error:
            log.warning("verification_failed", kind=kind.name, code=error.code)
            return
        for following in followings:
            following.feed.hear(heads.get(following.key, 0))
            self._repairs.need(place.workspace_id, following)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
