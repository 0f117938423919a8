"""The fence holds on every table there is: found in the catalogue, tried with real rows."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from alongside.kit.errors import AlongsideError, Forbidden
from alongside.kit.settings import Settings
from alongside.storage import Database, Logins
from alongside.storage.pools import single_connection
from tests.storage.catalogue import Rows, columns, fill, foreign_keys, tables

# Columns that are called something_id and are no foreign key, and why.
NO_FOREIGN_KEY = {
    "audit_entry.actor_id": "may be a person or an agent, by actor_kind, and outlives both",
    "audit_entry.subject_id": "may be anything, by subject_kind, and outlives it",
    "entry.author_id": "may be a person or an agent, by author_kind",
    "file.uploader_id": "may be a person or an agent, by uploader_kind",
    "upload.uploader_id": "may be a person or an agent, by uploader_kind",
    "job.queue_manager_id": "the worker's own name for itself",
}


@pytest_asyncio.fixture
async def rows(database: Database, workspace: UUID, other_workspace: UUID) -> AsyncIterator[Rows]:
    """Two rows of every table in both workspaces; those of the first."""
    made: Rows = {}
    for workspace_id in (other_workspace, workspace):
        async with database.transaction(workspace_id) as connection:
            made = await fill(connection, workspace_id)
    yield made


async def test_every_table_carries_the_workspace_and_is_fenced_and_forced(database: Database) -> None:
    async with database.read(None) as connection:
        found = await tables(connection)
        carrying = {column.table for column in await columns(connection) if column.name == "workspace_id"}
    assert {table.name for table in found} == carrying
    assert [table.name for table in found if not (table.fenced and table.forced)] == []
    assert [table.name for table in found if table.policies != ["fence"]] == []
    assert len(found) > 15


async def test_every_primary_key_and_foreign_key_carries_the_workspace(database: Database) -> None:
    async with database.read(None) as connection:
        keys = await foreign_keys(connection)
    assert [key.name for key in keys if "workspace_id" not in key.columns] == []
    assert [key.name for key in keys if "workspace_id" not in key.parent_columns] == []
    for key in keys:
        places = dict(zip(key.columns, key.parent_columns, strict=True))
        assert places["workspace_id"] == "workspace_id", key.name


async def test_every_id_is_a_key_or_is_explained(database: Database) -> None:
    async with database.read(None) as connection:
        keys = {f"{key.table}.{column}" for key in await foreign_keys(connection) for column in key.columns}
        own = {f"{table.name}.{table.name}_id" for table in await tables(connection)}
        ids = {
            f"{column.table}.{column.name}"
            for column in await columns(connection)
            if column.name.endswith("_id") and column.type == "uuid"
        }
    assert ids - keys - own == NO_FOREIGN_KEY.keys()


async def test_nothing_of_another_workspace_can_be_read_changed_or_deleted(
    database: Database, workspace: UUID, other_workspace: UUID, rows: Rows
) -> None:
    for table in rows:
        for statement in (
            f"select 1 from {table} where workspace_id = $1",
            f"with d as (update {table} set workspace_id = workspace_id where workspace_id = $1 returning 1) table d",
            f"with d as (delete from {table} where workspace_id = $1 returning 1) table d",
        ):
            async with database.transaction(other_workspace) as connection:
                assert await connection.fetch(statement, workspace) == [], statement
    async with database.read(workspace) as connection:
        for table, made in rows.items():
            assert await connection.fetchval(f"select count(*) from {table}") == len(made), table


async def test_no_row_can_be_put_into_another_workspace(
    database: Database, workspace: UUID, other_workspace: UUID, rows: Rows
) -> None:
    async with database.read(None) as connection:
        writable = {(column.table, column.name) for column in await columns(connection)}
    for table, made in rows.items():
        values = {name: value for name, value in made[0].items() if (table, name) in writable}
        names = ", ".join(f'"{name}"' for name in values)
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        with pytest.raises(AlongsideError) as caught:
            async with database.transaction(other_workspace) as connection:
                await connection.execute(f"insert into {table} ({names}) values ({places})", *values.values())
        assert isinstance(caught.value, Forbidden), f"{table}: {caught.value.__cause__}"


async def test_no_own_row_can_be_moved_into_another_workspace(
    database: Database, workspace: UUID, other_workspace: UUID, rows: Rows
) -> None:
    for table in rows:
        with pytest.raises(AlongsideError) as caught:
            async with database.transaction(other_workspace) as connection:
                await connection.execute(f"update {table} set workspace_id = $1", workspace)
        assert isinstance(caught.value, Forbidden), f"{table}: {caught.value.__cause__}"


async def test_without_a_workspace_no_table_shows_a_row(database: Database, rows: Rows) -> None:
    async with database.read(None) as connection:
        for table in rows:
            assert await connection.fetchval(f"select count(*) from {table}") == 0, table


async def test_the_worker_sees_jobs_and_what_waits_in_the_outbox_and_nothing_else(
    logins: Logins, settings: Settings, rows: Rows
) -> None:
    readable = set()
    async with single_connection(logins.jobs, settings) as connection:
        for table in rows:
            if await connection.fetchval(
                "select has_table_privilege($1, 'select, insert, update, delete')", table
            ):
                readable.add(table)
        assert await connection.fetchval("select count(*) from job") == 4
        assert await connection.fetchval("select count(distinct workspace_id) from outbox") == 2
        with pytest.raises(Forbidden):
            await connection.fetch("select payload from outbox")
    assert readable == {"job", "job_failure"}


async def test_neither_the_server_nor_the_owner_can_step_over_the_fence(
    logins: Logins, settings: Settings, rows: Rows
) -> None:
    for login in (logins.server, logins.owner, logins.jobs):
        async with single_connection(login, settings) as connection:
            role = await connection.fetchrow(
                "select rolsuper, rolbypassrls from pg_roles where rolname = current_user"
            )
            assert role is not None
            assert tuple(role) == (False, False)
    async with single_connection(logins.owner, settings) as connection:
        assert await connection.fetchval("select count(*) from person") == 0
    async with single_connection(logins.server, settings) as connection:
        for statement in (
            "alter table person no force row level security",
            "drop policy fence on person",
            "create table alongside.mine (x int)",
            "set role alongside_owner",
            "update migration set name = ''",
            "truncate person cascade",
        ):
            with pytest.raises(Forbidden):
                await connection.execute(statement)
