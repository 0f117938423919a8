"""A conversation's scene, in a workspace that has Luma's articles."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from alongside.conversations.journal import Journal
from alongside.storage import Database
from tests.conversations.scene import RecordingBus, Scene
from tests.knowledge.conftest import publish_all


@pytest.fixture
def bus() -> RecordingBus:
    """This node's bus."""
    return RecordingBus()


@pytest_asyncio.fixture
async def scene(database: Database, workspace: UUID, bus: RecordingBus) -> Scene:
    """A customer, an agent, an inbox, and articles in both languages."""
    scene = Scene(database, workspace, Journal(database, bus))
    await scene.set_up()
    async with database.transaction(workspace) as connection:
        for language in ("en", "de"):
            await publish_all(connection, workspace, language, datetime.now(UTC) - timedelta(days=9))
    return scene
