"""Migrations: each once, in order, never changed, never backwards; in our PostgreSQL and in other people's."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from alongside.kit.errors import Misconfigured, Unavailable
from alongside.kit.settings import Settings
from alongside.storage import Database, logins_of_url
from alongside.storage import migrate as migrating
from alongside.storage.embedded import EmbeddedPostgres
from alongside.storage.embedded.binaries import find_binaries
from alongside.storage.migrate import Migration, applied, check, migrate, read_migrations
from tests.database import make_workspace, reachable_folder
from tests.storage.embedded.holding import clear_away

FIRST = Migration(1, "first", "create table alongside.one (x int);")
SECOND = Migration(2, "second", "create table alongside.two (x int);")


@pytest_asyncio.fixture
async def empty(postgres: EmbeddedPostgres, settings: Settings) -> AsyncIterator[Database]:
    """A database in which nothing was made yet."""
    await postgres.ensure_database("empty")
    yield Database(postgres.logins("empty"), settings)
    connection = await asyncpg.connect(postgres.owner_dsn("template1"))
    await connection.execute("drop database empty with (force)")
    await connection.close()


async def names(database: Database) -> set[str]:
    async with database.owner() as connection:
        rows = await connection.fetch("select tablename from pg_tables where schemaname = 'alongside'")
    return {row["tablename"] for row in rows}


async def test_what_is_missing_is_applied_once(empty: Database) -> None:
    assert await migrate(empty, [FIRST]) == ["0001_first"]
    assert await migrate(empty, [FIRST, SECOND]) == ["0002_second"]
    assert await migrate(empty, [FIRST, SECOND]) == []
    assert await names(empty) == {"migration", "one", "two"}


async def test_servers_that_start_at_once_migrate_once(empty: Database) -> None:
    results = await asyncio.gather(*(migrate(empty) for _ in range(4)))
    assert sorted(len(result) for result in results) == [0, 0, 0, len(read_migrations())]


async def test_a_server_that_may_not_migrate_refuses_a_database_that_is_not_up_to_date(
    empty: Database,
) -> None:
    await migrate(empty, read_migrations()[:-1])
    async with empty:
        with pytest.raises(Misconfigured, match=f"missing: {read_migrations()[-1].number}"):
            await check(empty)
    await migrate(empty)
    async with empty:
        await check(empty)


async def test_a_migration_that_fails_leaves_nothing_of_itself(empty: Database) -> None:
    broken = Migration(2, "broken", "create table alongside.two (x int); select 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(empty, [FIRST, broken])
    assert await names(empty) == {"migration", "one"}
    assert await migrate(empty, [FIRST, SECOND]) == ["0002_second"]


async def test_a_migration_that_changed_after_it_was_applied_is_refused(empty: Database) -> None:
    await migrate(empty, [FIRST])
    with pytest.raises(Misconfigured, match="0001_first differs"):
        await migrate(empty, [Migration(1, "first", "create table alongside.other (x int);")])


async def test_line_ends_do_not_change_a_migration() -> None:
    assert Migration(1, "a", "select 1;\r\n").checksum == Migration(1, "a", "select 1;\n").checksum


async def test_a_database_that_is_newer_than_the_program_is_refused(empty: Database) -> None:
    await migrate(empty, [FIRST, SECOND])
    with pytest.raises(Misconfigured, match="newer Alongside"):
        await migrate(empty, [FIRST])


async def test_a_newer_database_that_is_made_for_older_programs_is_served_by_them(empty: Database) -> None:
    newer = [SECOND, Migration(3, "third", "-- lives with: 0001\ncreate table alongside.three (x int);")]
    await migrate(empty, [FIRST])
    await migrate(empty, [FIRST, Migration(2, "second", f"-- lives with: 0001\n{SECOND.sql}"), newer[1]])
    assert await migrate(empty, [FIRST]) == []
    assert await names(empty) == {"migration", "one", "two", "three"}


async def test_how_old_a_program_may_be_is_for_the_strictest_migration_to_say(empty: Database) -> None:
    widen = Migration(2, "widen", "-- lives with: 0001\nselect 1;")
    narrow = Migration(3, "narrow", "-- lives with: 0002\nselect 1;")
    await migrate(empty, [FIRST, widen, narrow])
    assert await migrate(empty, [FIRST, widen]) == []
    with pytest.raises(Misconfigured, match="migration 0003"):
        await migrate(empty, [FIRST])


async def test_a_database_from_before_migrations_said_with_whom_they_live_is_taken_over(
    empty: Database,
) -> None:
    await migrate(empty, [FIRST])
    async with empty.owner() as connection:
        await connection.execute("alter table alongside.migration drop column lives_with")
        assert (await applied(connection))[1].lives_with == 1
    assert await migrate(empty, [FIRST, SECOND]) == ["0002_second"]


async def test_a_migration_lets_those_work_who_hold_what_it_wants_to_change(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests = 0
    monkeypatch.setattr(migrating, "_LOCK_TIMEOUT", "set local lock_timeout = '10ms'")
    await migrate(empty, [FIRST])
    change = Migration(2, "change", "alter table alongside.one add column y int;")
    async with empty.owner() as working:
        await working.execute("begin; insert into alongside.one values (1)")

        async def work_on() -> None:
            nonlocal rests
            rests += 1
            await working.execute("commit" if rests == 3 else "select 1")

        monkeypatch.setattr(migrating, "_rest", work_on)
        assert await migrate(empty, [FIRST, change]) == ["0002_change"]
    assert rests == 3


def test_every_migration_since_the_first_release_says_with_whom_it_lives() -> None:
    """A missing line means that servers of the version before cannot go on; say so on purpose, with the own number."""
    silent = [
        each.name for each in read_migrations() if each.number > 6 and "-- lives with: " not in each.sql
    ]
    assert not silent, "see docs/decisions/0014-two-versions-side-by-side.md"


def test_a_misnamed_migration_or_one_with_a_taken_number_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_text("select 1;")
    assert [migration.name for migration in read_migrations(tmp_path)] == ["one"]
    (tmp_path / "0001_two.sql").write_text("select 1;")
    with pytest.raises(Misconfigured):
        read_migrations(tmp_path)
    (tmp_path / "0001_two.sql").rename(tmp_path / "2_two.sql")
    with pytest.raises(Misconfigured):
        read_migrations(tmp_path)


def test_the_migrations_of_the_house_are_in_order() -> None:
    numbers = [migration.number for migration in read_migrations()]
    assert numbers == sorted(set(numbers))


def system_binaries() -> Path | None:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin")):
        if (folder / "initdb").exists() and int(folder.parent.name) >= 15:
            return folder
    return None


@pytest.mark.skipif(system_binaries() is None, reason="no PostgreSQL 15 or later is installed on this system")
async def test_the_oldest_postgres_installed_here_will_do(settings: Settings) -> None:
    folder = reachable_folder()
    own = settings.model_copy(update={"postgres_binaries": system_binaries()})
    try:
        async with EmbeddedPostgres(folder, own, durable=False) as postgres:
            await postgres.ensure_database("alongside")
            database = Database(postgres.logins("alongside"), own)
            assert len(await migrate(database)) == len(read_migrations())
            async with database:
                workspace = await make_workspace(database, "luma")
                async with database.read(workspace) as connection:
                    assert await connection.fetchval("select lower('ÄÖÜ')") == "äöü"
    finally:
        clear_away(folder)


def test_a_url_gives_three_logins_with_their_roles() -> None:
    logins = logins_of_url("postgresql://user:secret@host/db", "postgresql://admin:secret@host/db")
    assert (logins.owner.role, logins.server.role, logins.jobs.role) == (
        None,
        "alongside_server",
        "alongside_jobs",
    )
    assert logins.owner.url == "postgresql://admin:secret@host/db"
    assert "secret" not in repr(logins)


@pytest.mark.parametrize("url", ["mysql://host/db", "host/db", "sqlite:///x"])
def test_a_url_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured):
        logins_of_url(url)


async def test_a_database_that_does_not_answer_is_unavailable(tmp_path: Path, settings: Settings) -> None:
    logins = logins_of_url(f"postgresql://nobody@/nothing?host={tmp_path}")
    with pytest.raises(Unavailable):
        await migrate(Database(logins, settings))


def test_binaries_are_found_where_they_are_and_nowhere_else(tmp_path: Path) -> None:
    found = find_binaries(None)
    assert found.major >= 15
    assert find_binaries(found.folder.parent).folder == found.folder
    with pytest.raises(Misconfigured):
        find_binaries(tmp_path)
