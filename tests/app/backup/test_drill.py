"""The drill: back up under load, go on, kill everything, restore, and count."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from alongside.kit.settings import Settings
from alongside.storage.backup.copying import running_source
from alongside.storage.embedded import EmbeddedPostgres
from alongside.storage.embedded.server import backup_login
from alongside.storage.pools import single_connection
from tests.app.backup.crowd import Crowd
from tests.app.server_process import EMAIL, PASSWORD, ServerProcess
from tests.database import reachable_folder
from tests.storage.embedded.holding import clear_away


@pytest.fixture
def root() -> Iterator[Path]:
    folder = reachable_folder()
    yield folder
    for data in folder.iterdir():
        clear_away(data)
    shutil.rmtree(folder, ignore_errors=True)


class Installation:
    """A server with an archive of its log, and the commands that an operator has."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.place = root / "place"
        self.environment = {"ALONGSIDE_BACKUP_TO": str(self.place), "ALONGSIDE_BACKUP_EVERY_HOURS": "0"}
        self.server = ServerProcess(self.data, ALONGSIDE_RATE_LIMITS="false", **self.environment)

    async def run(self, *words: object) -> Any:
        """Run a command; gives its JSON."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "alongside", *map(str, words), "--json"],
            capture_output=True, text=True, check=False, timeout=170, env=os.environ | self.environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    async def archive(self) -> None:
        """Have everything that was committed until now archived."""
        settings = Settings(data_dir=self.data)
        async with single_connection(backup_login(running_source(settings).socket), settings) as connection:
            finished = await connection.fetchval("select pg_walfile_name(pg_switch_wal() - 1)")
        for _ in range(600):
            if (self.place / "wal" / f"{finished}.gz").exists():
                return
            await asyncio.sleep(0.1)
        raise TimeoutError(finished)

    def upload(self, token: str, content: bytes) -> UUID:
        """A visitor's file; gives its id."""
        headers = {"Authorization": f"Bearer {token}", "Origin": self.server.url, "X-File-Name": "bill.txt"}
        answer = httpx.post(f"{self.server.url}/api/files", content=content, headers=headers)
        answer.raise_for_status()
        return UUID(answer.json()["file_id"])


@pytest.fixture
def installation(root: Path) -> Iterator[Installation]:
    made = Installation(root)
    made.server.start()
    made.server.set_up()
    yield made
    made.server.stop()


async def entries_in(data: Path) -> set[tuple[UUID, UUID, int]]:
    """Every entry of a data folder, whose server does not run: conversation, entry, number."""
    settings = Settings(data_dir=data)
    async with (
        EmbeddedPostgres(data, settings) as postgres,
        single_connection(postgres.logins("alongside").server, settings) as connection,
    ):
        await connection.begin(await connection.fetchval("select sole_workspace()"))
        rows = await connection.fetch("select conversation_id, entry_id, seq from entry")
        await connection.execute("rollback")
    return {(row["conversation_id"], row["entry_id"], row["seq"]) for row in rows}


def served_again(data: Path, key: Path, wanted: list[tuple[str, UUID]]) -> list[bytes]:
    """What a restored installation gives to these devices for these files; its agents sign in as before."""
    shutil.copy2(key, data / "secret.key")
    server = ServerProcess(data)
    server.start()
    try:
        headers = {"Origin": server.url}
        with httpx.Client(base_url=server.url, headers=headers) as client:
            body = {"email": EMAIL, "password": PASSWORD}
            client.post("/api/session", json=body).raise_for_status()
        with httpx.Client(base_url=server.url) as client:
            return [
                client.get(f"/api/files/{file_id}", headers={"Authorization": f"Bearer {token}"})
                .raise_for_status()
                .content
                for token, file_id in wanted
            ]
    finally:
        server.stop()


@pytest.mark.timeout(400)
async def test_what_was_backed_up_under_load_is_restored_to_its_end_and_to_any_moment(
    installation: Installation,
) -> None:
    root, run = installation.root, installation.run
    async with Crowd(installation.server.url) as crowd:
        crowd.write()
        await crowd.more(50)
        early = installation.upload(crowd.tokens[0], b"before the backup")
        before = list(crowd.acknowledged)
        made = await run("backup", "create", "--data", installation.data)
        await crowd.more(50)
        late = installation.upload(crowd.tokens[1], b"after the backup")
        await crowd.rest()
        until_then, moment = list(crowd.acknowledged), datetime.now(UTC)
        crowd.write()
        await crowd.more(50)
        archived = list(crowd.acknowledged)
        await installation.archive()
        await crowd.more(20)
        installation.server.kill()

    assert (made["key"], made["files"]["where"], made["files"]["count"]) == ("absent", "within", 1)
    [listed] = await run("backup", "list")
    assert listed["backup_id"] == made["backup_id"]
    assert await run("backup", "verify") == []

    [whole, then] = [root / "whole", root / "then"]
    restored = await run("restore", "--data", whole)
    assert (restored["files"], restored["missing_files"], restored["key"]) == (2, [], False)
    await run("restore", "--data", then, "--to", moment.isoformat())
    for data in (whole, then):
        assert (await run("verify", "--files", "--data", data))["flaws"] == []

    everything, of_then = await entries_in(whole), await entries_in(then)
    assert {(each.conversation_id, each.entry_id, each.seq) for each in (*before, *archived)} <= everything
    assert {(each.conversation_id, each.entry_id, each.seq) for each in until_then} <= of_then
    later = {each.entry_id for each in crowd.acknowledged} - {each.entry_id for each in until_then}
    assert later.isdisjoint(entry_id for _, entry_id, _ in of_then)
    files = [(crowd.tokens[0], early), (crowd.tokens[1], late)]
    contents = await asyncio.to_thread(served_again, whole, installation.data / "secret.key", files)
    assert contents == [b"before the backup", b"after the backup"]
