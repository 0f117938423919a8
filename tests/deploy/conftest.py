"""Fixtures of this folder: the programs that check deploy/, and an installation put together as compose.yaml says."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.deploy.installation import Installation, installed
from tests.deploy.tools import find

Tools = Callable[[str], Path]


@pytest.fixture(scope="session")
def tool() -> Tools:
    """`tool("helm")`: where it is. The test is skipped where it is not."""

    def found(name: str) -> Path:
        return find(name) or pytest.skip(f"no {name} here; `python -m tests.deploy.tools` says why")

    return found


@pytest_asyncio.fixture(scope="session")
async def installation() -> AsyncIterator[Installation]:
    """Two nodes on a PostgreSQL with the three roles, and NATS."""
    async with installed() as running:
        yield running
