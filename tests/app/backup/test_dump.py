"""Moving a PostgreSQL of one's own with pg_dump, as docs/operators.md says: the fence lets only those dump who may."""

import asyncio
import subprocess
from pathlib import Path

from alongside.app.verify.checking import verify
from alongside.kit.settings import Settings
from alongside.storage import Database, logins_of_url
from alongside.storage.embedded.binaries import find_binaries
from alongside.storage.embedded.cluster import environment
from alongside.storage.migrate import migrate
from tests.database import make_workspace
from tests.storage.test_own_postgres import socket, tell, url

__all__ = ["socket"]


async def run(*words: str) -> "subprocess.CompletedProcess[str]":
    program = find_binaries(None).folder / words[0]
    return await asyncio.to_thread(
        subprocess.run,
        [str(program), *words[1:]],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )


def silent(_what: str, _done: int, _all: int) -> None: ...


async def test_a_dump_by_a_login_that_may_is_restored_whole(socket: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    old, new = (logins_of_url(url(socket, "postgres", name)) for name in ("moving", "moved"))
    await tell(socket, "create database moving", "create database moved")
    await migrate(Database(old, settings))
    async with Database(old, settings) as database:
        await make_workspace(database, "luma")
    dump = str(tmp_path / "alongside.dump")
    told = ["pg_dump", "--format=custom", "--schema=alongside", f"--file={dump}"]
    await tell(
        socket,
        "create role ordinary_dump login",
        "grant pg_read_all_data to ordinary_dump",
        "create role alongside_dump login bypassrls",
        "grant pg_read_all_data to alongside_dump",
    )
    refused = await run(*told, url(socket, "ordinary_dump", "moving"))
    assert refused.returncode != 0
    assert "row-level security" in refused.stderr
    assert (await run(*told, url(socket, "alongside_dump", "moving"))).stderr == ""
    restored = await run("pg_restore", f"--dbname={url(socket, 'postgres', 'moved')}", dump)
    # Tools newer than the server set what it does not know yet; they say so and go on.
    errors = [line for line in restored.stderr.splitlines() if "error:" in line]
    assert [line for line in errors if "transaction_timeout" not in line] == []
    verdict = await verify(settings, new, silent)
    assert (verdict.workspaces, verdict.flaws) == (1, [])
    async with Database(new, settings) as database:
        await make_workspace(database, "second")
    assert await migrate(Database(new, settings)) == []
