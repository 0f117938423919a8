"""One workspace does not take the last connections from the others."""

import asyncio
from contextlib import AsyncExitStack
from uuid import UUID

import pytest

from alongside.kit.errors import Unavailable
from alongside.storage import Database
from alongside.storage.turns import Turns

LOUD, QUIET = UUID(int=1), UUID(int=2)


async def test_a_workspace_that_takes_all_it_may_leaves_some_to_the_others() -> None:
    turns = Turns(connections=10, patience=0.01)
    async with AsyncExitStack() as taken:
        for _ in range(turns.most):
            await taken.enter_async_context(turns.of(LOUD))
        with pytest.raises(Unavailable):
            async with turns.of(LOUD):
                pass
        async with turns.of(QUIET), turns.of(None):
            pass
    async with turns.of(LOUD):
        pass


async def test_who_waits_gets_the_next_turn_and_nothing_is_kept_of_those_who_are_gone() -> None:
    turns = Turns(connections=2, patience=10)
    order: list[int] = []

    async def take(number: int) -> None:
        async with turns.of(LOUD):
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(take(number) for number in range(5)))
    assert order == [0, 1, 2, 3, 4]
    assert not turns._gates
    assert not turns._present


async def test_a_neighbour_reads_while_a_workspace_keeps_the_database_busy(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    over = asyncio.Event()

    async def keep_busy() -> None:
        async with database.read(workspace) as connection:
            await connection.execute("select 1")
            await over.wait()

    busy = [asyncio.create_task(keep_busy()) for _ in range(20)]
    async with asyncio.timeout(10), database.read(other_workspace) as connection:
        assert await connection.fetchval("select 1") == 1
    over.set()
    await asyncio.gather(*busy)
