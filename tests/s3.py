"""A real S3 over HTTP for tests: SeaweedFS, out of its wheel, one a run. It checks keys and signatures.

    async def test_…(s3: S3) -> None:
        store = open_file_store(s3.settings(settings))

Each test gets a folder of its own in one bucket. A `Wire` before it can be slow, or cut.
"""

import asyncio
import itertools
import json
import os
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import obstore
import pytest
import pytest_asyncio
from obstore.store import S3Store
from pydantic import SecretStr

from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings

ACCESS, SECRET = "a-key-for-tests", "a-secret-for-tests"
_STARTING_SECONDS = 60
_ROLES = ("master", "volume", "filer", "s3")


@dataclass(frozen=True)
class S3:
    """A folder in a bucket: `endpoint` is the server."""

    endpoint: str
    prefix: str

    def settings(self, settings: Settings, **changes: object) -> Settings:
        """The same settings, with files in this folder."""
        told: dict[str, object] = {
            "files_url": f"s3://files/{self.prefix}",
            "files_endpoint": self.endpoint,
            "files_region": "eu-central-1",
            "files_access_key": ACCESS,
            "files_secret_key": SecretStr(SECRET),
        }
        return settings.model_copy(update=told | changes)

    def environment(self) -> dict[str, str]:
        """The same for a server of its own process."""
        return {
            "ALONGSIDE_FILES_URL": f"s3://files/{self.prefix}",
            "ALONGSIDE_FILES_ENDPOINT": self.endpoint,
            "ALONGSIDE_FILES_REGION": "eu-central-1",
            "ALONGSIDE_FILES_ACCESS_KEY": ACCESS,
            "ALONGSIDE_FILES_SECRET_KEY": SECRET,
        }


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of the server of this run."""
    folder = Path(tempfile.mkdtemp(prefix="alongside-s3-"))
    ports = dict(zip(_ROLES, _free_ports(len(_ROLES)), strict=True))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(_command(folder, ports), stdout=log, stderr=log, cwd=folder)
    endpoint = f"http://127.0.0.1:{ports['s3']}"
    try:
        _wait_for(endpoint, process, folder / "log")
        _make_bucket(endpoint)
        yield endpoint
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _command(folder: Path, ports: dict[str, int]) -> list[str]:
    """It listens on gRPC ports beside these, 10,000 higher."""
    identity = {"name": "alongside", "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}]}
    identities = {"identities": [identity | {"actions": ["Admin", "Read", "Write", "List"]}]}
    (folder / "keys.json").write_text(json.dumps(identities))
    (folder / "data").mkdir()
    program = Path(sysconfig.get_path("scripts")) / "weed"
    options = {
        "dir": folder / "data",
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 64,
        "volume.max": 100,
        "filer": "true",
        "s3": "true",
        "s3.config": folder / "keys.json",
        "s3.iam": "false",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
    } | {f"{role}.port": port for role, port in ports.items()}
    return [str(program), "server", *(f"-{name}={value}" for name, value in options.items())]


def _free_ports(count: int) -> list[int]:
    """Ports below those that the system gives away, whose neighbours 10,000 higher are free too."""
    found = (port for port in range(21_000 + os.getpid() % 1000, 30_000, 7) if _free(port, port + 10_000))
    return list(itertools.islice(found, count))


def _free(*ports: int) -> bool:
    try:
        for port in ports:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def _wait_for(endpoint: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = monotonic() + _STARTING_SECONDS
    while monotonic() < until and process.poll() is None:
        if _answers(endpoint):
            return
        sleep(0.1)
    pytest.fail(f"the S3 server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(endpoint: str) -> bool:
    """It refuses whoever shows no key, once it is there at all."""
    try:
        urllib.request.urlopen(endpoint, timeout=1).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code == 403
    except OSError:
        return False
    return True


def _make_bucket(endpoint: str) -> None:
    """The server makes it, and finds room for it, when something is first put there."""
    store = S3Store(
        "files",
        endpoint=endpoint,
        region="eu-central-1",
        access_key_id=ACCESS,
        secret_access_key=SECRET,
        client_options={"allow_http": True},
    )
    for number in range(3):
        obstore.put(store, f"ready/{number}", b"ready")


@pytest.fixture
def s3(s3_server: str) -> S3:
    """A folder of this test's own."""
    return S3(s3_server, uuid7().hex)


class Wire:
    """A way to the server that can be made slow, silent, or cut."""

    def __init__(self, endpoint: str) -> None:
        self._host, _, port = endpoint.removeprefix("http://").partition(":")
        self._port = int(port)
        self.pause = 0.0
        self.silent = False
        self._own_port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> str:
        """Begin to listen, after a cut where it was before; gives the address."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._own_port)
        self._own_port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{self._own_port}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(self._host, self._port)
        for source, target in ((reader, there_writer), (there_reader, writer)):
            task = asyncio.create_task(self._pass(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            try:
                while data := await source.read(64 * 1024):
                    await asyncio.sleep(self.pause)
                    if not self.silent:
                        target.write(data)
                        await target.drain()
            finally:
                target.close()

    async def cut(self) -> None:
        """Nobody listens any longer, and whoever is connected is so no more."""
        if self._server:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest_asyncio.fixture
async def wire(s3_server: str) -> AsyncIterator[Wire]:
    """A way to the server of this run; `open` it first."""
    wire = Wire(s3_server)
    yield wire
    await wire.cut()
