"""`alongside jobs`, `alongside verify` and `alongside doctor` beside a server that runs."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest_asyncio

from alongside.jobs import enqueue
from alongside.jobs.recurrence import Nothing
from alongside.kit.settings import Settings
from alongside.storage import Database
from alongside.storage.embedded import running_logins
from tests.app.server_process import ServerProcess


class Wrong(msgspec.Struct, frozen=True):
    nonsense: int


@pytest_asyncio.fixture
async def letters(server: ServerProcess) -> AsyncIterator[list[str]]:
    """Two dead jobs on the server; their ids."""
    settings = Settings(data_dir=server.data)
    made = []
    async with Database(running_logins(server.data, "alongside"), settings) as database:
        workspace_id = await _workspace(database)
        for payload in (Nothing(), Wrong(1)):
            async with database.transaction(workspace_id) as connection:
                number = await enqueue(connection, "tidy_people", payload)
                await connection.execute("update job set status = 'failed' where id = $1", number)
                made.append(f"job-{number}")
        yield made
        async with database.transaction(workspace_id) as connection:
            await connection.execute("delete from job where status = 'failed'")


async def _workspace(database: Database) -> UUID:
    async with database.read(None) as connection:
        found: UUID = await connection.fetchval("select sole_workspace()")
    return found


def run(server: ServerProcess, *words: str, code: int = 0) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "alongside", *words, "--data", str(server.data), "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


async def test_dead_jobs_are_listed_shown_mended_replayed_and_discarded(
    server: ServerProcess, letters: list[str]
) -> None:
    first, second = letters
    listed = run(server, "jobs", "dead", "list")
    assert [(each["letter_id"], each["workspace"]) for each in listed] == [(second, "luma"), (first, "luma")]
    assert run(server, "jobs", "dead", "show", second)["payload"] == {"nonsense": 1}
    assert "fit" in run(server, "jobs", "dead", "fix", second, '{"nonsense": 2}', code=1)
    mended = run(server, "jobs", "dead", "fix", second, "{}", "--replay")
    assert mended["payload"] == {}
    counted = {each["name"]: each["dead"] for each in run(server, "jobs", "counts")["luma"]["jobs"]}
    assert counted["tidy_people"] == 1
    assert run(server, "jobs", "dead", "discard", first) == {"done": [first], "left": {}}
    gone = run(server, "jobs", "dead", "replay", first, code=1)
    assert list(gone["left"]) == [first]
    assert run(server, "jobs", "dead", "list") == []


async def test_all_of_a_name_are_discarded_at_once(server: ServerProcess, letters: list[str]) -> None:
    assert "Say which" in run(server, "jobs", "dead", "discard", code=1)
    outcome = run(server, "jobs", "dead", "discard", "--name", "tidy_people", "--workspace", "luma")
    assert sorted(outcome["done"]) == sorted(letters)


async def test_doctor_tells_of_dead_jobs_and_of_backups_that_are_missing(
    server: ServerProcess, letters: list[str]
) -> None:
    found = {finding["check"]: finding for finding in run(server, "doctor")}
    assert found["jobs"]["severity"] == "warning"
    assert "2 jobs were given up" in found["jobs"]["message"]
    assert (found["backups"]["severity"], "There is none" in found["backups"]["message"]) == ("warning", True)


async def test_a_running_server_is_verified(server: ServerProcess) -> None:
    verdict = run(server, "verify", "--files")
    assert (verdict["workspaces"], verdict["flaws"]) == (1, [])
    assert "no workspace" in run(server, "verify", "--workspace", "nobody", code=1)
