"""Fixtures of this folder."""

import shutil
from collections.abc import AsyncIterator

import pytest_asyncio

from tests.database import reachable_folder
from tests.fuzz.stage import Stage, on_stage


@pytest_asyncio.fixture(scope="session")
async def stage() -> AsyncIterator[Stage]:
    """A server whose limits are out of the way of those who try everything."""
    folder = reachable_folder()
    async with on_stage(folder, ALONGSIDE_RATE_LIMITS="false") as made:
        yield made
    shutil.rmtree(folder, ignore_errors=True)
