"""Fixtures for everything that needs PostgreSQL: one embedded cluster a run, one fresh database a test.

    async def test_…(database: Database, workspace: UUID) -> None:
        async with database.transaction(workspace) as connection: …

A test's database is a copy of a migrated template, which takes some 40 ms.
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings
from alongside.storage import Connection, Database, Logins
from alongside.storage.embedded import EmbeddedPostgres
from alongside.storage.migrate import migrate

TEMPLATE = "template_alongside"
_numbers = itertools.count(1)


def reachable_folder() -> Path:
    """A new folder that PostgreSQL's user can get into; pytest's own are closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="alongside-test-", dir="/tmp"))
    folder.chmod(0o711)
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a test: everything as by default, its own data folder."""
    return Settings(data_dir=tmp_path / "data", database_pool_size=5, log_level="warning")


@pytest_asyncio.fixture(scope="session")
async def postgres() -> AsyncIterator[EmbeddedPostgres]:
    """The cluster of this run."""
    folder = reachable_folder()
    settings = Settings(data_dir=folder)
    async with EmbeddedPostgres(folder, settings, durable=False) as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="session")
async def template(postgres: EmbeddedPostgres) -> str:
    """The name of a migrated database without rows; nobody may stay connected to it."""
    await postgres.ensure_database(TEMPLATE)
    await migrate(Database(postgres.logins(TEMPLATE), Settings(data_dir=postgres.places.data)))
    return TEMPLATE


@pytest_asyncio.fixture(scope="session")
async def cluster_owner(postgres: EmbeddedPostgres, template: str) -> AsyncIterator[Connection]:
    """A connection that makes and drops databases."""
    database = Database(postgres.logins("postgres"), Settings(data_dir=postgres.places.data))
    async with database.owner() as connection:
        yield connection


@pytest_asyncio.fixture
async def logins(
    postgres: EmbeddedPostgres, cluster_owner: Connection, template: str
) -> AsyncIterator[Logins]:
    """The ways into a fresh database of this test's own."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    await cluster_owner.execute(f"create database {name} template {template} strategy file_copy")
    yield postgres.logins(name)
    await cluster_owner.execute(f"drop database {name} with (force)")


@pytest_asyncio.fixture
async def database(logins: Logins, settings: Settings) -> AsyncIterator[Database]:
    """This test's database, open."""
    async with Database(logins, settings) as opened:
        yield opened


@pytest_asyncio.fixture
async def workspace(database: Database) -> UUID:
    """A workspace of the test's own; its id."""
    return await make_workspace(database, "luma")


@pytest_asyncio.fixture
async def other_workspace(database: Database) -> UUID:
    """A second one, to whom the first is none of its business."""
    return await make_workspace(database, "other")


async def make_workspace(database: Database, slug: str) -> UUID:
    """Make a workspace by its slug; gives its id."""
    workspace_id = uuid7()
    async with database.transaction(workspace_id) as connection:
        await connection.execute(
            "insert into workspace (workspace_id, slug, name) values ($1, $2, $3)",
            workspace_id,
            slug,
            slug.title(),
        )
    return workspace_id
