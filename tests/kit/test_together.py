"""Questions that come up together are asked together, and each gets its own answer."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from alongside.kit.together import Together

HERE, THERE = uuid4(), uuid4()


class Oracle:
    """Answers with twice the number; an odd one it does not know. Waits for `open` before it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[UUID, list[int]]] = []
        self.open = asyncio.Event()
        self.was_asked = asyncio.Event()
        self.failure: Exception | None = None

    async def answer(self, workspace_id: UUID, questions: Sequence[int]) -> list[int | Exception]:
        self.asked.append((workspace_id, list(questions)))
        self.was_asked.set()
        await self.open.wait()
        if self.failure:
            raise self.failure
        return [LookupError(number) if number % 2 else 2 * number for number in questions]


@pytest.fixture
def oracle() -> Oracle:
    return Oracle()


async def test_a_question_that_comes_alone_waits_for_nobody(oracle: Oracle) -> None:
    oracle.open.set()
    assert await Together(oracle.answer).ask(HERE, 4) == 8


async def test_what_comes_up_meanwhile_is_asked_together(oracle: Oracle) -> None:
    together = Together(oracle.answer, at_once=1)
    first = asyncio.create_task(together.ask(HERE, 2))
    await oracle.was_asked.wait()
    others = [asyncio.create_task(together.ask(HERE, number)) for number in (4, 6, 8)]
    await asyncio.sleep(0)
    oracle.open.set()
    assert list(await asyncio.gather(first, *others)) == [4, 8, 12, 16]
    assert oracle.asked == [(HERE, [2]), (HERE, [4, 6, 8])]


async def test_a_group_is_no_larger_than_allowed(oracle: Oracle) -> None:
    oracle.open.set()
    together = Together(oracle.answer, at_once=1, largest=2)
    await asyncio.gather(*(together.ask(HERE, number) for number in (0, 2, 4, 6, 8)))
    assert [len(questions) for _, questions in oracle.asked] == [2, 2, 1]


async def test_workspaces_do_not_wait_for_each_other(oracle: Oracle) -> None:
    oracle.open.set()
    together = Together(oracle.answer, at_once=1)
    await asyncio.gather(together.ask(HERE, 2), together.ask(THERE, 2))
    assert sorted(oracle.asked) == sorted([(HERE, [2]), (THERE, [2])])


async def test_one_bad_question_spoils_no_other(oracle: Oracle) -> None:
    oracle.open.set()
    together = Together(oracle.answer)
    found = await asyncio.gather(together.ask(HERE, 2), together.ask(HERE, 3), return_exceptions=True)
    assert found[0] == 4
    assert isinstance(found[1], LookupError)


async def test_when_nobody_answers_everybody_hears_so_and_the_next_may_ask_again(oracle: Oracle) -> None:
    oracle.failure = ConnectionError("gone")
    oracle.open.set()
    together = Together(oracle.answer)
    found = await asyncio.gather(together.ask(HERE, 2), together.ask(HERE, 4), return_exceptions=True)
    assert [type(each) for each in found] == [ConnectionError, ConnectionError]
    oracle.failure = None
    assert await together.ask(HERE, 2) == 4


async def test_one_who_has_left_is_not_asked_for(oracle: Oracle) -> None:
    together = Together(oracle.answer, at_once=1)
    first = asyncio.create_task(together.ask(HERE, 2))
    await oracle.was_asked.wait()
    gone, stays = (asyncio.create_task(together.ask(HERE, number)) for number in (4, 6))
    await asyncio.sleep(0)
    gone.cancel()
    oracle.open.set()
    assert list(await asyncio.gather(first, stays)) == [4, 12]
    assert oracle.asked == [(HERE, [2]), (HERE, [6])]
