"""An embedded database that is backed up, and places to put backups."""

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from alongside.kit.settings import Settings
from alongside.storage import Database
from alongside.storage.backup.manifest import Files, Manifest, Part
from alongside.storage.backup.place import Bucket, Folder, Place
from alongside.storage.embedded import EmbeddedPostgres
from alongside.storage.migrate import migrate
from tests.database import reachable_folder
from tests.storage.embedded.holding import clear_away

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A folder, and what obstore has a URL for; a memory, here, that works as a bucket does."""
    if request.param == "folder":
        return Folder(tmp_path / "place")
    from obstore.store import MemoryStore

    return Bucket(MemoryStore(), "memory:///")


@pytest.fixture
def root() -> Iterator[Path]:
    folder = reachable_folder()
    yield folder
    for data in folder.iterdir():
        clear_away(data)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def archiving(root: Path) -> Settings:
    """Settings of an installation that archives its log and backs up only when told to."""
    return Settings(
        data_dir=root / "data", backup_to=str(root / "place"), backup_every_hours=0, log_level="warning"
    )


@pytest_asyncio.fixture
async def postgres(archiving: Settings) -> AsyncIterator[EmbeddedPostgres]:
    """Its database, migrated and running. Not durable: no machine crashes here."""
    async with EmbeddedPostgres(archiving.data_dir, archiving, durable=False) as running:
        await running.ensure_database("alongside")
        await migrate(Database(running.logins("alongside"), archiving))
        yield running


def made(number: int, first_segment: str = "000000010000000000000001", system: str = "1") -> Manifest:
    """A manifest of a backup that was complete at noon of the number's day."""
    at = NOON + timedelta(days=number)
    return Manifest(
        format=1,
        backup_id=f"{at:%Y%m%dT%H%M%SZ}",
        version="0",
        postgres=18,
        system=system,
        timeline=1,
        began_at=at - timedelta(minutes=1),
        ended_at=at,
        wal_start="0/1000028",
        wal_stop="0/1000100",
        first_segment=first_segment,
        continuous=True,
        files=Files("within", 0, 0),
        key="absent",
        key_mark="",
        parts={"base.tar.gz": Part(4, "")},
    )
