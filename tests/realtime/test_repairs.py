"""Gaps are closed, many at once, one fetch at a time."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import pytest

from alongside.realtime import repairs as repairs_module
from alongside.realtime.following import Follower, Following
from alongside.realtime.outbox import Outbox
from alongside.realtime.repairs import Repairs
from alongside.realtime.sessions import Session
from alongside.realtime.topics import Batch, Range, Snapshot
from tests.realtime.world import WORKSPACE, Line, agent


class SlowKind:
    """Fetches when it is told to, at most two entries a topic at a time."""

    name = "conversation"

    def __init__(self) -> None:
        self.asked: asyncio.Queue[list[Range]] = asyncio.Queue()
        self.answer = asyncio.Event()
        self.failures = 0
        self.under_way = 0

    async def authorise(self, session: Session, key: str) -> None:
        """Everybody may."""

    async def snapshot(self, session: Session, key: str, after: int | None) -> Snapshot:
        return Snapshot({})

    async def heads(self, workspace_id: UUID, keys: Collection[str]) -> Mapping[str, int]:
        return {}

    async def fetch(self, workspace_id: UUID, ranges: Sequence[Range]) -> Sequence[Batch]:
        self.asked.put_nowait(list(ranges))
        self.under_way += 1
        assert self.under_way == 1
        await self.answer.wait()
        self.under_way -= 1
        if self.failures:
            self.failures -= 1
            raise ConnectionError
        return [batch_of(each) for each in ranges]


def batch_of(wanted: Range) -> Batch:
    upto = min(wanted.upto, wanted.after + 2)
    lines = [Line(seq, str(seq)) for seq in range(wanted.after + 1, upto + 1)]
    return Batch(f"conversation:{wanted.key}", wanted.after, upto, lines)


class Silent:
    """A peer that reads nothing."""

    def __init__(self) -> None:
        self.outbox = Outbox(10**6, lambda: None, lambda: None)
        self.followers: dict[str, Follower] = {}


def followed(kind: SlowKind, key: str, heard: int) -> Following:
    following = Following(f"conversation:{key}", kind, key)
    follower = Follower(Silent(), agent(), "s", following)  # type: ignore[arg-type]  # only its outbox is used
    follower.open(0)
    following.followers.add(follower)
    following.start(0)
    following.feed.hear(heard)
    return following


async def test_what_comes_up_during_a_fetch_goes_into_the_next_one() -> None:
    kind, repairs = SlowKind(), Repairs()
    first, second, third = (followed(kind, key, 2) for key in "abc")
    repairs.need(WORKSPACE, first)
    assert await kind.asked.get() == [Range("a", 0, 2)]
    repairs.need(WORKSPACE, second)
    repairs.need(WORKSPACE, third)
    first.feed.hear(3)
    repairs.need(WORKSPACE, first)
    kind.answer.set()
    ranges = await kind.asked.get()
    assert sorted(ranges) == [Range("a", 2, 3), Range("b", 0, 2), Range("c", 0, 2)]
    await settled(first, second, third)


async def test_a_long_gap_is_fetched_in_parts() -> None:
    kind, repairs = SlowKind(), Repairs()
    kind.answer.set()
    following = followed(kind, "a", 5)
    repairs.need(WORKSPACE, following)
    assert [(await kind.asked.get())[0] for _ in range(3)] == [
        Range("a", 0, 5),
        Range("a", 2, 5),
        Range("a", 4, 5),
    ]
    await settled(following)


async def test_a_failed_fetch_is_tried_again_with_everything_that_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(repairs_module, "FIRST_WAIT", 0)
    kind, repairs = SlowKind(), Repairs()
    kind.failures = 1
    first, second = followed(kind, "a", 1), followed(kind, "b", 1)
    repairs.need(WORKSPACE, first)
    await kind.asked.get()
    repairs.need(WORKSPACE, second)
    kind.answer.set()
    assert sorted(await kind.asked.get()) == [Range("a", 0, 1), Range("b", 0, 1)]
    await settled(first, second)


async def test_nothing_is_fetched_for_whom_nobody_follows_any_more() -> None:
    kind, repairs = SlowKind(), Repairs()
    first, left = followed(kind, "a", 3), followed(kind, "b", 3)
    repairs.need(WORKSPACE, first)
    await kind.asked.get()
    repairs.need(WORKSPACE, left)
    left.followers.clear()
    kind.answer.set()
    assert await kind.asked.get() == [Range("a", 2, 3)]
    await settled(first)
    assert left.feed.upto == 0


async def test_stopping_gives_up_what_is_under_way() -> None:
    kind, repairs = SlowKind(), Repairs()
    repairs.need(WORKSPACE, followed(kind, "a", 3))
    await kind.asked.get()
    await repairs.stop()
    assert kind.asked.empty()


async def settled(*followings: Following) -> None:
    async with asyncio.timeout(10):
        while any(each.feed.gap() for each in followings):  # noqa: ASYNC110 - nothing tells of it but this
            await asyncio.sleep(0)
