"""Brings the tables up to date: numbered SQL files, each once, in order, each in a transaction of its own.

Only forward. A file that was applied must never change again: its SHA-256 is kept, and a difference is refused,
as is a database that knows more than this program does. Several servers may start at once: one migrates, the
others wait for it.
"""

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from alongside.kit.errors import Forbidden, Misconfigured
from alongside.kit.logs import logger
from alongside.storage.connection import Connection
from alongside.storage.database import Database

log = logger(__name__)
FOLDER = Path(__file__).parent / "migrations"
BOOTSTRAP = Path(__file__).parent / "bootstrap.sql"
OLDEST_SERVER = 150_000
_LOCK = 0x616C6F6E67  # "along"


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

    Raises Misconfigured if the database is older than PostgreSQL 15, was changed by a newer Alongside, or was
    made with other migrations than these."""
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


async def applied(connection: Connection) -> dict[int, bytes]:
    """Number → checksum of what was applied to this database; empty before the first migration."""
    if not await connection.fetchval("select to_regclass('alongside.migration') is not null"):
        return {}
    rows = await connection.fetch("select number, checksum from alongside.migration order by number")
    return {row["number"]: row["checksum"] for row in rows}


def pending(wanted: list[Migration], done: dict[int, bytes]) -> list[Migration]:
    """What is still to be applied. Raises Misconfigured if what was applied is not what is wanted."""
    known = {migration.number for migration in wanted}
    for number in done.keys() - known:
        raise Misconfigured(
            message=f"The database was changed by a newer Alongside (migration {number:04}, unknown here).",
            hint="Start that version or a later one, or restore a backup from before it.",
        )
    for migration in wanted:
        if migration.number in done and done[migration.number] != migration.checksum:
            raise Misconfigured(
                message=f"The migration {migration.number:04}_{migration.name} differs from the one applied here.",
                hint="Applied migrations never change: restore the file and add a new one. "
                "A database for trying things out can be thrown away instead.",
            )
    return [migration for migration in wanted if migration.number not in done]


async def _apply(connection: Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "insert into alongside.migration (number, name, checksum) values ($1, $2, $3)",
            migration.number,
            migration.name,
            migration.checksum,
        )
    log.info("migrated", number=migration.number, migration=migration.name)
