"""Group commit on its own: what waits together is stored together, and nothing that waits is forgotten."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from alongside.conversations import drafts
from alongside.conversations.appending import Judged, write
from alongside.conversations.group_commit import LARGEST_BATCH, Line, Waiting
from alongside.conversations.patience import Patience
from alongside.kit.actors import person
from alongside.kit.errors import Unavailable
from alongside.kit.ids import uuid7

AT = datetime(2026, 3, 1, tzinfo=UTC)
STORED = Judged("stored", 1, AT)


def waiting(text: str = "Hello") -> Waiting:
    draft = drafts.message(uuid7(), uuid7(), person(uuid7()), text)
    return Waiting(write(draft), asyncio.get_running_loop().create_future())


def answer(waiting: Waiting) -> "asyncio.Future[Judged]":
    assert isinstance(waiting.done, asyncio.Future)
    return waiting.done


class Store:
    """A database as the test likes it: it may hold its answer back, refuse a text, or fail a few times."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.published: list[str] = []
        self.asked = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.failures: list[Exception] = []
        self.poison = ""
        self.line = Line(self.commit, self.publish, lambda: None)

    async def commit(self, batch: Sequence[Waiting]) -> list[Judged]:
        self.batches.append([self.text(each) for each in batch])
        self.asked.set()
        await self.open.wait()
        if self.failures:
            raise self.failures.pop(0)
        if self.poison in self.batches[-1]:
            raise ValueError(self.poison)
        return [STORED] * len(batch)

    async def publish(self, batch: Sequence[Waiting], judged: Sequence[Judged]) -> None:
        self.published += [self.text(each) for each in batch]

    @staticmethod
    def text(waiting: Waiting) -> str:
        return str(waiting.written.draft.body["text"])


async def test_what_is_queued_while_a_commit_is_in_flight_goes_into_the_next() -> None:
    store = Store()
    store.open.clear()
    queued = [waiting(f"{n}") for n in range(5)]
    store.line.add(queued[0])
    await store.asked.wait()
    for each in queued[1:]:
        store.line.add(each)
    store.open.set()
    await asyncio.gather(*(answer(each) for each in queued))
    assert store.batches == [["0"], ["1", "2", "3", "4"]]


async def test_a_batch_is_bounded() -> None:
    store = Store()
    queued = [waiting(f"{n}") for n in range(LARGEST_BATCH + 1)]
    for each in queued:
        store.line.add(each)
    await store.line.finished()
    assert [len(batch) for batch in store.batches] == [LARGEST_BATCH, 1]


async def test_nobody_is_told_before_the_commit_has_answered() -> None:
    store = Store()
    store.open.clear()
    one = waiting()
    store.line.add(one)
    await store.asked.wait()
    assert not answer(one).done()
    assert store.published == []
    store.open.set()
    assert await answer(one) == STORED


async def test_what_the_database_did_not_answer_is_tried_again_in_the_same_order() -> None:
    store = Store()
    store.failures = [Unavailable(), Unavailable()]
    queued = [waiting("a"), waiting("b")]
    for each in queued:
        store.line.add(each)
    assert await asyncio.gather(*(answer(each) for each in queued)) == [STORED, STORED]
    assert store.batches == [["a", "b"]] * 3
    assert [each.tried for each in queued] == [True, True]


async def test_one_that_cannot_be_stored_is_found_and_the_others_are_stored() -> None:
    store = Store()
    store.poison = "bad"
    queued = [waiting(text) for text in ("a", "b", "bad", "c")]
    for each in queued:
        store.line.add(each)
    await store.line.finished()
    assert [answer(each).result() for each in queued if each is not queued[2]] == [STORED] * 3
    with pytest.raises(ValueError, match="bad"):
        answer(queued[2]).result()


async def test_those_who_gave_up_are_left_out_of_the_next_try() -> None:
    store = Store()
    store.failures = [Unavailable()]
    queued = [waiting("gone"), waiting("here")]
    for each in queued:
        store.line.add(each)
    answer(queued[0]).cancel()
    await answer(queued[1])
    assert store.batches[-1] == ["here"]


async def test_the_second_of_the_same_entry_waits_for_the_next_batch() -> None:
    store = Store()
    first, other = waiting("same"), waiting("other")
    second = Waiting(first.written, asyncio.get_running_loop().create_future())
    for each in (first, other, second):
        store.line.add(each)
    await store.line.finished()
    assert store.batches == [["same", "other"], ["same"]]
    assert answer(second).done()


async def test_a_line_that_is_empty_ends() -> None:
    ended = asyncio.Event()
    store = Store()
    line = Line(store.commit, store.publish, ended.set)
    line.add(waiting())
    await line.finished()
    assert ended.is_set()
    assert len(line) == 0


async def test_what_is_stored_is_acknowledged_even_if_telling_the_others_fails() -> None:
    store = Store()

    async def publish(batch: Sequence[Waiting], judged: Sequence[Judged]) -> None:
        raise RuntimeError("the hub has a bad day")

    line = Line(store.commit, publish, lambda: None)
    first, second = waiting("a"), waiting("b")
    line.add(first)
    assert await answer(first) == STORED
    line.add(second)
    assert await answer(second) == STORED


async def test_patience_ends_for_those_who_wait_and_for_nobody_else() -> None:
    loop = asyncio.get_running_loop()
    answered, given_up, waits = (loop.create_future() for _ in range(3))
    patience = Patience(0.01)
    for each in (answered, given_up, waits):
        patience.watch(each)
    answered.set_result("in time")
    given_up.cancel()
    with pytest.raises(Unavailable):
        await waits
    assert answered.result() == "in time"
    assert given_up.cancelled()
    later = loop.create_future()
    patience.watch(later)
    with pytest.raises(Unavailable):
        await later
