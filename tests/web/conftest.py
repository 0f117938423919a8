"""Fixtures of this folder."""

from uuid import UUID

import pytest

from alongside.kit.settings import Settings
from alongside.storage import Database
from alongside.web.rooms import Rooms
from tests.web.rooms import Reception, make_rooms


@pytest.fixture
def rooms(settings: Settings, database: Database) -> Rooms:
    """The rooms of a server on a fresh database."""
    return make_rooms(settings, database)


@pytest.fixture
def reception(rooms: Rooms, workspace: UUID) -> Reception:
    """A server with the workspace `luma`."""
    return Reception(rooms, workspace)
