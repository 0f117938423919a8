"""What is wrong with the storage of an installation, in words: for `alongside doctor` and for readiness.

Each check looks at one thing, changes nothing, and gives findings; none raises.
"""

import os
import resource
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from alongside.kit.errors import AlongsideError, Misconfigured, Unavailable
from alongside.kit.settings import Settings
from alongside.storage.connection import Connection
from alongside.storage.embedded import find_binaries, running_logins
from alongside.storage.embedded.account import account_for_postgres
from alongside.storage.files import open_file_store, try_out
from alongside.storage.logins import Logins, logins_of_url
from alongside.storage.migrate import OLDEST_SERVER, applied, pending, read_migrations
from alongside.storage.pools import single_connection

Severity = Literal["ok", "warning", "error"]
_ENOUGH_FREE = 1024**3
_HARDLY_FREE = 100 * 1024**2
_ENOUGH_DESCRIPTORS = 4096
_SPARE_CONNECTIONS = 10
_BUCKET_HINT = (
    "Check ALONGSIDE_FILES_ENDPOINT, the keys, and that they may list, read, write and delete in the bucket."
)


class Finding(msgspec.Struct, frozen=True):
    """What a check found: how bad it is, what it is, what to do."""

    check: str
    severity: Severity
    message: str
    hint: str = ""


async def diagnose(settings: Settings) -> list[Finding]:
    """Every check of the storage, in the order in which they build on each other."""
    findings = [*_of_the_machine(settings), await check_files(settings)]
    return findings + [finding async for finding in _of_the_database(settings)]


def _of_the_machine(settings: Settings) -> Iterator[Finding]:
    yield check_data_dir(settings.data_dir)
    yield check_space(settings.data_dir)
    yield check_descriptors()
    if not settings.database_url:
        yield check_binaries(settings.postgres_binaries)
        yield check_account()


def check_data_dir(data: Path) -> Finding:
    """Whether the data folder can be written, or made."""
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return Finding("data folder", "ok", f"{data} can be written.")
    return Finding(
        "data folder", "error", f"{data} cannot be written.", "Change its owner, or set ALONGSIDE_DATA_DIR."
    )


def check_space(data: Path) -> Finding:
    """Whether the disk below the data folder has room."""
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    words = f"{free / 1024**3:.1f} GiB are free for {data}."
    if free > _ENOUGH_FREE:
        return Finding("disk", "ok", words)
    severity: Severity = "warning" if free > _HARDLY_FREE else "error"
    return Finding("disk", severity, words, "Make room: a full disk stops the database.")


async def check_files(settings: Settings) -> Finding:
    """Whether a bucket takes, gives and gives up an object; a folder is looked at with the data folder."""
    if not settings.files_url:
        return Finding("files", "ok", "They are kept in the data folder.")
    try:
        await try_out(open_file_store(settings))
    except AlongsideError as error:
        hint = error.hint if isinstance(error, Misconfigured) else _BUCKET_HINT
        return Finding("files", "error", error.message, hint)
    return Finding("files", "ok", "The bucket takes, gives and gives up files.")


def check_descriptors() -> Finding:
    """How many files and sockets the process may have open: each visitor's socket is one."""
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit >= _ENOUGH_DESCRIPTORS:
        return Finding("file descriptors", "ok", f"{limit} files and sockets may be open at once.")
    return Finding(
        "file descriptors",
        "warning",
        f"Only {limit} files and sockets may be open at once; every visitor needs one.",
        f"Raise the limit: ulimit -n {min(65536, most) if most > 0 else 65536}.",
    )


def check_binaries(setting: Path | None) -> Finding:
    """Whether there is a PostgreSQL to run."""
    return _told(
        "PostgreSQL", lambda: "PostgreSQL {0.major} is in {0.folder}.".format(find_binaries(setting))
    )


def check_account() -> Finding:
    """Whether there is somebody to run it as."""
    return _told("account", lambda: f"PostgreSQL runs as the user {account_for_postgres().name}.")


def _told(check: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(check, "ok", look())
    except AlongsideError as error:
        return Finding(check, "error", error.message, error.hint)


async def _of_the_database(settings: Settings) -> AsyncIterator[Finding]:
    """Asks the database, if it runs; an embedded one that does not is started by the server."""
    try:
        logins = _logins(settings)
    except Unavailable:
        yield Finding("database", "ok", "The embedded database does not run now; the server starts it.")
        return
    except AlongsideError as error:
        yield Finding("database", "error", error.message, error.hint)
        return
    try:
        async with single_connection(logins.server, settings) as connection:
            for finding in await check_database(connection, settings):
                yield finding
    except AlongsideError as error:
        yield Finding("database", "error", error.message, error.hint)


def _logins(settings: Settings) -> Logins:
    if settings.database_url:
        return logins_of_url(settings.database_url.get_secret_value())
    return running_logins(settings.data_dir, "alongside")


async def check_database(connection: Connection, settings: Settings) -> list[Finding]:
    """What the database itself says, asked as the server's role. Raises Unavailable if it does not answer."""
    return [
        await check_version(connection),
        await check_role(connection),
        await check_migrations(connection),
        await check_connections(connection, settings),
    ]


async def check_version(connection: Connection) -> Finding:
    """Whether the server is new enough."""
    number = int(await connection.fetchval("select current_setting('server_version_num')"))
    words = f"The database is PostgreSQL {number // 10_000}."
    if number >= OLDEST_SERVER:
        return Finding("version", "ok", words)
    return Finding(
        "version", "error", words, f"PostgreSQL {OLDEST_SERVER // 10_000} is the oldest that works."
    )


async def check_role(connection: Connection) -> Finding:
    """Whether the role that the server works as is held by the fence between workspaces."""
    free = await connection.fetchval(
        "select rolsuper or rolbypassrls or exists (select from pg_class where relowner = pg_roles.oid "
        "and relnamespace = to_regnamespace('alongside')) from pg_roles where rolname = current_user"
    )
    if not free:
        return Finding("fence", "ok", "The server's role is held by the fence between workspaces.")
    return Finding(
        "fence",
        "error",
        "The server's role can step over the fence between workspaces.",
        "alter role alongside_server nosuperuser nobypassrls; it must own no table.",
    )


async def check_migrations(connection: Connection) -> Finding:
    """Whether the tables are those of this program."""
    try:
        missing = pending(read_migrations(), await applied(connection))
    except AlongsideError as error:
        return Finding("migrations", "error", error.message, error.hint)
    if missing:
        count = f"{len(missing)} migrations are not applied yet."
        return Finding("migrations", "warning", count, "The server applies them when it starts.")
    return Finding("migrations", "ok", "The tables are up to date.")


async def check_connections(connection: Connection, settings: Settings) -> Finding:
    """Whether the database takes as many connections as the pools may want."""
    most = int(await connection.fetchval("select current_setting('max_connections')"))
    wanted = settings.database_pool_size + _SPARE_CONNECTIONS
    words = f"The database takes {most} connections; this server wants up to {wanted}."
    if wanted <= most:
        return Finding("connections", "ok", words)
    return Finding(
        "connections", "error", words, "Raise max_connections or lower ALONGSIDE_DATABASE_POOL_SIZE."
    )
