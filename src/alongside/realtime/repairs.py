"""Closing gaps: what is missing from a topic is fetched, many topics at once, one fetch at a time a kind."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from alongside.kit.logs import logger
from alongside.realtime.following import Following
from alongside.realtime.metrics import REPAIRS
from alongside.realtime.topics import Range, TopicKind

log = logger(__name__)
RANGES_AT_ONCE = 500
FIRST_WAIT, LONGEST_WAIT = 0.05, 5.0


class Repairs:
    """Fetches for feeds that have a gap, until they have none. What comes up while one fetch is under way goes
    into the next one."""

    def __init__(self) -> None:
        self._wanting: dict[tuple[UUID, str], dict[str, Following]] = {}
        self._tasks: dict[tuple[UUID, str], asyncio.Task[None]] = {}

    def need(self, workspace_id: UUID, following: Following) -> None:
        """This topic may have a gap."""
        if following.feed.gap() is None:
            return
        line = (workspace_id, following.kind.name)
        self._wanting.setdefault(line, {})[following.topic] = following
        if line not in self._tasks:
            loop = asyncio.get_running_loop()
            self._tasks[line] = loop.create_task(self._run(line, following.kind))

    async def _run(self, line: tuple[UUID, str], kind: TopicKind) -> None:
        wait = FIRST_WAIT
        try:
            while wanting := self._take(line):
                if await self._fetch(line, kind, wanting):
                    wait = FIRST_WAIT
                else:
                    await asyncio.sleep(wait)
                    wait = min(LONGEST_WAIT, wait * 2)
        finally:
            del self._tasks[line]

    def _take(self, line: tuple[UUID, str]) -> list[Following]:
        """Those that still have a gap and somebody who follows them."""
        wanting = self._wanting.pop(line, {})
        open_ones = [each for each in wanting.values() if each.followers and each.feed.gap()]
        for each in open_ones[RANGES_AT_ONCE:]:
            self._wanting.setdefault(line, {})[each.topic] = each
        return open_ones[:RANGES_AT_ONCE]

    async def _fetch(self, line: tuple[UUID, str], kind: TopicKind, wanting: Sequence[Following]) -> bool:
        asked = {each.topic: each.feed.gap() or (0, 0) for each in wanting}
        ranges = [Range(each.key, *asked[each.topic]) for each in wanting]
        try:
            batches = await kind.fetch(line[0], ranges)
        except Exception:
            REPAIRS.labels(kind.name, "failed").inc()
            log.exception("topic_repair_failed", kind=kind.name, topics=len(ranges))
            self._again(line, wanting)
            return False
        REPAIRS.labels(kind.name, "fetched").inc()
        by_topic = {each.topic: each for each in wanting}
        for batch in batches:
            if batch.topic in by_topic:
                by_topic[batch.topic].offer(batch)
        self._settle(line, wanting, asked)
        return True

    def _settle(
        self, line: tuple[UUID, str], wanting: Sequence[Following], asked: dict[str, tuple[int, int]]
    ) -> None:
        """Who came no further was told of entries that are not there; who still has a gap is asked for again."""
        for each in wanting:
            if each.feed.upto == asked[each.topic][0]:
                REPAIRS.labels(each.kind.name, "empty").inc()
                each.feed.forget_target()
        self._again(line, [each for each in wanting if each.feed.gap()])

    def _again(self, line: tuple[UUID, str], followings: Sequence[Following]) -> None:
        for each in followings:
            self._wanting.setdefault(line, {})[each.topic] = each

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
