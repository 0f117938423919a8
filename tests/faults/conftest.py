"""Three servers for all that leaves them standing. What needs another stand makes its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.faults.stand import Stand, standing

# A dead line to the database is given up five seconds later than a statement.
ENVIRONMENT = {"ALONGSIDE_STATEMENT_TIMEOUT": "5"}


@pytest_asyncio.fixture(scope="session")
async def stand() -> AsyncIterator[Stand]:
    """Three servers, each with a proxy between it and the database."""
    async with standing(3, wired=True, environment=ENVIRONMENT) as made:
        yield made
