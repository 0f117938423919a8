"""A workspace with an inbox, people and agents; a journal on a bus that remembers what it was given."""

from uuid import UUID

import pytest
import pytest_asyncio

from alongside.conversations.journal import Journal
from alongside.storage import Database
from tests.conversations.scene import RecordingBus, Scene


@pytest.fixture
def bus() -> RecordingBus:
    """This node's bus."""
    return RecordingBus()


@pytest.fixture
def journal(database: Database, bus: RecordingBus) -> Journal:
    """This node's journal."""
    return Journal(database, bus)


@pytest_asyncio.fixture
async def scene(database: Database, workspace: UUID, journal: Journal) -> Scene:
    """Everything a conversation needs around it."""
    scene = Scene(database, workspace, journal)
    await scene.set_up()
    return scene
