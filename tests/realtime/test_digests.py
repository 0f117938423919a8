"""Lists are told of many changes at once."""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID

import pytest

from alongside.realtime import digests as digests_module
from alongside.realtime.digests import Digests
from alongside.realtime.place import Place
from alongside.realtime.topics import Change, Watchers
from tests.realtime.world import WORKSPACE


class SlowDigest:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[set[str]] = asyncio.Queue()
        self.answer = asyncio.Event()
        self.failures = 0

    async def changes(
        self, _workspace: UUID, changed: Collection[str], _watchers: Watchers
    ) -> Sequence[Change]:
        self.asked.put_nowait(set(changed))
        if self.failures:
            self.failures -= 1
            raise ConnectionError
        await self.answer.wait()
        return []


def digests(digest: SlowDigest) -> Digests:
    place = Place(WORKSPACE, lambda _follower: None)
    return Digests(digest, {WORKSPACE: place}.get, interval=0)


async def test_the_first_change_is_told_at_once_and_the_next_ones_together() -> None:
    digest = SlowDigest()
    each = digests(digest)
    each.mark(WORKSPACE, ["a"])
    assert await digest.asked.get() == {"a"}
    for topic in ("b", "c", "b"):
        each.mark(WORKSPACE, [topic])
    digest.answer.set()
    assert await digest.asked.get() == {"b", "c"}
    await each.stop()


async def test_what_could_not_be_told_is_told_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = SlowDigest()
    monkeypatch.setattr(digests_module, "PAUSE_AFTER_FAILURE", 0)
    digest.failures = 1
    each = digests(digest)
    each.mark(WORKSPACE, ["a"])
    assert await digest.asked.get() == {"a"}
    each.mark(WORKSPACE, ["b"])
    assert await digest.asked.get() == {"a", "b"}
    await each.stop()


async def test_where_nobody_is_nothing_is_asked() -> None:
    digest = SlowDigest()
    each = digests(digest)
    each.mark(UUID(int=9), ["a"])
    each.mark(WORKSPACE, ["b"])
    assert await digest.asked.get() == {"b"}
    await each.stop()
