"""Fixtures of this folder."""

from uuid import UUID

import pytest

from alongside.storage import Database
from tests.people.visits import Visits


@pytest.fixture
def visits(database: Database, workspace: UUID) -> Visits:
    """Luma's visitors."""
    return Visits(database, workspace)
