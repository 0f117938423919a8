"""What deploy/compose.yaml starts, without containers: its scripts and its configuration, with real programs.

`prepare` makes the secrets, `roles.sh` the logins, `alongside migrate` the tables, NATS reads nats.conf, and two nodes
work with a login that may change no table.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from alongside.storage.embedded.binaries import find_binaries
from tests.database import reachable_folder
from tests.faults.cluster import Cluster, free_port
from tests.faults.node import Node
from tests.house.checkout import ROOT

DEPLOY = ROOT / "deploy"
SITE = "help.example.com"
WORKSPACE = "luma"
EMAIL, PASSWORD = "nora@luma.example", "measure-what-you-claim"


@dataclass
class Installation:
    """`secrets`: the folder that `prepare` made, told where PostgreSQL and NATS are."""

    folder: Path
    secrets: Path
    cluster: Cluster
    nats_port: int
    nodes: list[Node]

    async def set_up(self) -> None:
        """Make the workspace and its administrator, as a new owner would."""
        node = self.nodes[0]
        body = {"workspace_name": "Luma", "workspace_slug": WORKSPACE, "code": node.code, "name": "Nora"}
        body |= {"email": EMAIL, "password": PASSWORD}
        async with httpx.AsyncClient(base_url=node.url, timeout=30) as client:
            (await client.post("/api/setup", json=body, headers={"Origin": node.url})).raise_for_status()


@asynccontextmanager
async def installed() -> AsyncIterator[Installation]:
    """The whole installation, with a workspace; gone afterwards."""
    folder = reachable_folder()
    cluster, nats_port = Cluster(folder / "postgres"), free_port()
    try:
        secrets = prepared(folder / "deploy")
        await cluster.make()
        await _make_roles(cluster, secrets)
        _say_where(secrets, cluster.port, nats_port)
        with _nats(folder, secrets, nats_port):
            await _migrate(folder, secrets)
            async with _nodes(folder, secrets) as nodes:
                made = Installation(folder, secrets, cluster, nats_port, nodes)
                await made.set_up()
                yield made
    finally:
        await cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def prepared(deploy: Path) -> Path:
    """What `prepare` makes in a copy of its folder."""
    shutil.copytree(DEPLOY / "compose", deploy / "compose")
    subprocess.run([deploy / "compose/prepare", SITE], check=True, capture_output=True)
    return deploy / "secrets"


async def _make_roles(cluster: Cluster, secrets: Path) -> None:
    """As the first start of PostgreSQL's image does: the script, by a superuser, where no database is yet."""
    await cluster.execute("drop database alongside")
    programs = find_binaries(None).folder
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(cluster.port),
        "SECRETS_FOLDER": str(secrets),
    }
    script = DEPLOY / "compose/roles.sh"
    await asyncio.to_thread(subprocess.run, ["bash", str(script)], env=environment, check=True)


def _say_where(secrets: Path, postgres_port: int, nats_port: int) -> None:
    """In containers these are names of a network."""
    for name in ("alongside.toml", "migration.toml"):
        text = (secrets / name).read_text()
        assert "@postgres:5432/" in text
        text = text.replace("@postgres:5432/", f"@127.0.0.1:{postgres_port}/")
        (secrets / name).write_text(text.replace("@nats:4222", f"@127.0.0.1:{nats_port}"))


class _nats:  # noqa: N801 - reads as a verb
    """NATS with our nats.conf, on a port of its own."""

    def __init__(self, folder: Path, secrets: Path, port: int) -> None:
        self._port = port
        places = (folder / "etc/nats", folder / "run/secrets")
        for place in places:
            place.mkdir(parents=True)
        shutil.copy(DEPLOY / "nats/nats.conf", places[0])
        shutil.copy(secrets / "nats_login.conf", places[1])
        program = str(Path(sys.executable).parent / "nats-server")
        listening = ["--addr", "127.0.0.1", "--port", str(port), "--http_port", str(free_port())]
        self._command = [program, "--config", str(places[0] / "nats.conf"), *listening]

    def __enter__(self) -> None:
        self._process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        said = next((line for line in self._process.stderr if "Server is ready" in line or "FTL" in line), "")
        assert "ready" in said, said

    def __exit__(self, *raised: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=30)


async def _migrate(folder: Path, secrets: Path) -> None:
    environment = {**os.environ, "ALONGSIDE_CONFIG": str(secrets / "migration.toml")}
    command = [sys.executable, "-m", "alongside", "migrate", "--data", str(folder / "migration")]
    await asyncio.to_thread(subprocess.run, command, env=environment, check=True, stdout=subprocess.PIPE)


@asynccontextmanager
async def _nodes(folder: Path, secrets: Path) -> AsyncIterator[list[Node]]:
    """As compose.yaml has them; limits small enough to be met by a test."""
    environment = {
        "ALONGSIDE_CONFIG": str(secrets / "alongside.toml"),
        "ALONGSIDE_MIGRATE_AT_START": "false",
        "ALONGSIDE_PUBLIC_URL": f"https://{SITE}",
        "ALONGSIDE_TRUSTED_PROXIES": '["127.0.0.1"]',
        "ALONGSIDE_DRAIN_NOTICE": "1",
        "ALONGSIDE_RATES": '{"device": [3, 0.001]}',
        "ALONGSIDE_BOUNDS": '{"sockets_per_address": 4}',
    }
    # They share a folder for files, as the containers do.
    nodes = [Node(folder / "data", environment) for _ in range(2)]
    try:
        await asyncio.gather(*(node.start() for node in nodes))
        yield nodes
    finally:
        await asyncio.gather(*(node.kill() for node in nodes))
