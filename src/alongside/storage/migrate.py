"""Brings the tables up to date: numbered SQL files, each once, in order, each in a transaction of its own.

Only forward. A file that was applied must never change again: its SHA-256 is kept, and a difference is refused.
Several servers may start at once: one migrates, the others wait for it.

A file says in a line of its own which programs go on working with what it leaves behind: `-- lives with: 0006` means
those that know migration 0006 or a later one. The database remembers it, so that an older program can tell whether
it may serve a database that a newer one has changed (docs/decisions/0014-two-versions-side-by-side.md).
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from alongside.kit.errors import Forbidden, Misconfigured, Unavailable
from alongside.kit.logs import logger
from alongside.storage.connection import Connection
from alongside.storage.database import Database

log = logger(__name__)
FOLDER = Path(__file__).parent / "migrations"
BOOTSTRAP = Path(__file__).parent / "bootstrap.sql"
OLDEST_SERVER = 150_000
_LOCK = 0x616C6F6E67  # "along"
# Whoever waits for a table keeps all who come later waiting, too: rather let them through and try again.
_LOCK_TIMEOUT = "set local lock_timeout = '2s'"
_TRIES, _PAUSE = 30, 1.0


@dataclass(frozen=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> bytes:
        """SHA-256 of its text, line ends aside."""
        return hashlib.sha256(self.sql.replace("\r\n", "\n").encode()).digest()

    @property
    def lives_with(self) -> int:
        """Programs that know this migration, or a later one, go on working with what this one leaves behind."""
        said = re.search(r"(?m)^-- lives with: (\d{4})\s*$", self.sql)
        return int(said[1]) if said else self.number


class Applied(NamedTuple):
    """What the database remembers of a migration."""

    checksum: bytes
    lives_with: int


def read_migrations(folder: Path = FOLDER) -> list[Migration]:
    """The migrations of a folder by number. Raises Misconfigured for a name that is not `NNNN_name.sql`, or a
    number that is there twice."""
    found: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        parts = re.fullmatch(r"(\d{4})_(\w+)\.sql", path.name)
        if parts is None or int(parts[1]) in found:
            raise Misconfigured(
                message=f"The migration {path.name} is misnamed, or its number is taken.",
                hint="Name it NNNN_what_it_does.sql with the next free number.",
            )
        found[int(parts[1])] = Migration(int(parts[1]), parts[2], path.read_text("utf-8"))
    return list(found.values())


async def migrate(database: Database, migrations: list[Migration] | None = None) -> list[str]:
    """Apply what is missing; gives the names of what was applied.

    Raises Misconfigured if the database is older than PostgreSQL 15, was changed by a newer Alongside that this one
    cannot live with, or was made with other migrations than these; Unavailable if somebody holds a table that has to
    be changed for more than a minute."""
    wanted = read_migrations() if migrations is None else migrations
    async with database.owner() as connection, _alone(connection):
        await _check_server(connection)
        await _prepare(connection)
        missing = pending(wanted, await applied(connection))
        for migration in missing:
            await _apply(connection, migration)
    return [f"{migration.number:04}_{migration.name}" for migration in missing]


async def check(database: Database) -> None:
    """Change nothing; needs no more than the server's own rights, and an open database.

    Raises Misconfigured if migrations are missing, and for what `pending` refuses."""
    async with database.read(None) as connection:
        missing = pending(read_migrations(), await applied(connection))
    if missing:
        raise Misconfigured(
            message=f"The database is not up to date; missing: {', '.join(str(one.number) for one in missing)}.",
            hint="Run `alongside migrate` of this version first, or set ALONGSIDE_MIGRATE_AT_START=true.",
        )


@asynccontextmanager
async def _alone(connection: Connection) -> AsyncIterator[None]:
    await connection.execute("set lock_timeout = 0")
    await connection.execute("select pg_advisory_lock($1)", _LOCK)
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.execute("select pg_advisory_unlock($1)", _LOCK)


async def _check_server(connection: Connection) -> None:
    number = int(await connection.fetchval("select current_setting('server_version_num')"))
    if number < OLDEST_SERVER:
        raise Misconfigured(
            message=f"The database is PostgreSQL {number // 10_000}, older than {OLDEST_SERVER // 10_000}.",
            hint="Upgrade it, or leave DATABASE_URL out to use the embedded one.",
        )


async def _prepare(connection: Connection) -> None:
    try:
        await connection.execute(BOOTSTRAP.read_text("utf-8"))
    except Forbidden as error:
        raise Misconfigured(
            message=f"The login for migrations has too few rights: {error.__cause__}.",
            hint="Let it make roles and own the database, or prepare the roles as "
            "docs/decisions/0006-three-roles.md says.",
        ) from error


async def applied(connection: Connection) -> dict[int, Applied]:
    """By number what was applied to this database; empty before the first migration."""
    if not await connection.fetchval("select to_regclass('alongside.migration') is not null"):
        return {}
    # Through JSON, since the column is not there before a program that knows it has migrated.
    rows = await connection.fetch(
        "select number, checksum, coalesce((to_jsonb(m) ->> 'lives_with')::int, number) as lives_with "
        "from alongside.migration m order by number"
    )
    return {row["number"]: Applied(row["checksum"], row["lives_with"]) for row in rows}


def pending(wanted: list[Migration], done: dict[int, Applied]) -> list[Migration]:
    """What is still to be applied. Raises Misconfigured if what was applied is not what is wanted, or is newer than
    this program and not made for living with it."""
    _refuse_unknown(wanted, done)
    for migration in wanted:
        if migration.number in done and done[migration.number].checksum != migration.checksum:
            raise Misconfigured(
                message=f"The migration {migration.number:04}_{migration.name} differs from the one applied here.",
                hint="Applied migrations never change: restore the file and add a new one. "
                "A database for trying things out can be thrown away instead.",
            )
    return [migration for migration in wanted if migration.number not in done]


def _refuse_unknown(wanted: list[Migration], done: dict[int, Applied]) -> None:
    newest = max((migration.number for migration in wanted), default=-1)
    unknown = sorted(done.keys() - {migration.number for migration in wanted})
    for number in unknown:
        if done[number].lives_with > newest:
            raise Misconfigured(
                message=f"The database was changed by a newer Alongside (migration {number:04}, unknown here).",
                hint="Start that version or a later one, or restore a backup from before it.",
            )
    if unknown:
        log.warning("database_is_newer", unknown=unknown, newest_known=newest)


async def _apply(connection: Connection, migration: Migration) -> None:
    """Without keeping older servers from their work: what cannot have its locks soon is tried again."""
    for tries_left in reversed(range(_TRIES)):
        try:
            await _apply_now(connection, migration)
        except Unavailable as error:
            if error.code != "too_slow" or not tries_left:
                raise
            log.info("migration_waits_for_locks", number=migration.number)
            await _rest()
        else:
            return


async def _rest() -> None:
    await asyncio.sleep(_PAUSE)


async def _apply_now(connection: Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(_LOCK_TIMEOUT)
        await connection.execute(migration.sql)
        await connection.execute(
            "insert into alongside.migration (number, name, checksum, lives_with) values ($1, $2, $3, $4)",
            migration.number,
            migration.name,
            migration.checksum,
            migration.lives_with,
        )
    log.info("migrated", number=migration.number, migration=migration.name)
