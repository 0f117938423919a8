"""Questions that come up at the same time, asked together: one round trip for many who wait for the same kind of
answer, as when everybody comes back after a restart."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar
from uuid import UUID

Q = TypeVar("Q")
A = TypeVar("A")


class _Lane(Generic[Q, A]):
    """What waits in one workspace, and how many groups are being answered."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[Q, asyncio.Future[A]]] = deque()
        self.busy = 0


class Together(Generic[Q, A]):
    """Collects what is asked in a workspace while earlier questions are being answered.

    `answer(workspace_id, questions)` gives an answer for each question, in their order; an exception among them is
    raised to the one who asked that, one that is raised to all of them. A question that comes alone waits for nobody.
    `at_once`: groups of one workspace that are answered at a time; `largest`: questions in a group.
    """

    def __init__(
        self,
        answer: Callable[[UUID, Sequence[Q]], Awaitable[Sequence[A | Exception]]],
        *,
        at_once: int = 2,
        largest: int = 100,
    ) -> None:
        self._answer = answer
        self._at_once = at_once
        self._largest = largest
        self._lanes: dict[UUID, _Lane[Q, A]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, workspace_id: UUID, question: Q) -> A:
        """The answer to one question. Raises what `answer` does."""
        lane = self._lanes.setdefault(workspace_id, _Lane())
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        lane.waiting.append((question, future))
        if lane.busy < self._at_once:
            lane.busy += 1
            task = asyncio.create_task(self._work(workspace_id, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _work(self, workspace_id: UUID, lane: _Lane[Q, A]) -> None:
        try:
            while lane.waiting:
                size = min(len(lane.waiting), self._largest)
                await self._settle(workspace_id, [lane.waiting.popleft() for _ in range(size)])
        finally:
            lane.busy -= 1
            if not lane.busy and not lane.waiting:
                self._lanes.pop(workspace_id, None)

    async def _settle(self, workspace_id: UUID, group: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        wanted = [(question, future) for question, future in group if not future.done()]
        answers: Sequence[A | Exception]
        try:
            answers = await self._answer(workspace_id, [question for question, _ in wanted]) if wanted else ()
        except Exception as error:  # noqa: BLE001 - whatever it is, it reaches those who wait
            answers = [error] * len(wanted)
        for (_, future), answer in zip(wanted, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
