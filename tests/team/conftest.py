"""Fixtures of this folder."""

from uuid import UUID

import pytest

from alongside.storage import Database
from tests.team.crew import Crew


@pytest.fixture
def crew(database: Database, workspace: UUID) -> Crew:
    """Luma's team, empty at first."""
    return Crew(database, workspace)
