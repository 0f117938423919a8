"""A server under test: a fresh Alongside on a data directory of its own, with people ready to talk."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect

from bench.machine import command_of, cpu_seconds, family, memory_of

PASSWORD = "measure-what-you-claim"
# A load generator is one address with hundreds of devices; people's limits would measure the limits.
ENVIRONMENT = {"ALONGSIDE_RATE_LIMITS": "false", "ALONGSIDE_LOG_LEVEL": "warning"}


@dataclass(frozen=True)
class Server:
    """A running server: its port, its data folder, the process, and the code that it showed for setting it up."""

    port: int
    data: Path
    process: subprocess.Popen[str]
    setup_code: str

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> dict[str, float]:
        """CPU seconds used so far, by the server itself and by its PostgreSQL."""
        used = {"server": 0.0, "postgres": 0.0}
        for pid in family(self.process.pid):
            used["postgres" if "postgres" in command_of(pid) else "server"] += cpu_seconds(pid)
        return used

    def cpu_over(self, seconds: float) -> dict[str, float]:
        """Cores in use over the next seconds, by the server itself and by its PostgreSQL."""
        before = self.cpu()
        time.sleep(seconds)
        return {part: (used - before[part]) / seconds for part, used in self.cpu().items()}

    def memory(self) -> dict[str, int]:
        """Bytes that the server itself holds now, without its PostgreSQL (`machine.memory_of`)."""
        return memory_of(self.process.pid)


@dataclass
class Sessions:
    """Who talks in a run, as lines for the load generator."""

    lines: list[str] = field(default_factory=list)

    def write(self, path: Path) -> Path:
        """One line a session: `customer TOKEN CONVERSATION` or `agent COOKIE`."""
        path.write_text("\n".join(self.lines) + "\n")
        return path


@contextmanager
def data_folder() -> Iterator[Path]:
    """A folder for a server's data; its PostgreSQL, which may be another user, gets in, also where this user's own
    temporary folder is closed to others. Forgotten at the end."""
    parent = "/tmp" if Path("/tmp").is_dir() else None  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="alongside-bench-", dir=parent) as directory:
        Path(directory).chmod(0o711)
        yield Path(directory)


@contextmanager
def running_server(data: Path | None = None, **environment: str) -> Iterator[Server]:
    """Start `alongside serve` on a free port over a data folder, and stop it; without one over an empty folder
    that is forgotten after."""
    if data is None:
        with data_folder() as folder, running_server(folder, **environment) as server:
            yield server
        return
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "alongside", "serve", "--port", str(port), "--data", str(data)],
        env=os.environ | ENVIRONMENT | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(port, data, process, _wait_until_ready(process))
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout is not None
    process.stdout.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    code = ""
    for line in process.stdout:
        if "enter the code" in line:
            code = line.split()[-1]
        if line.startswith("ready "):
            return code
    raise RuntimeError(f"the server ended with {process.wait()} before it was ready")


async def invite(server: Server, customers: int, agents: int) -> Sessions:
    """A workspace with an agent signed in `agents` times and `customers` conversations that the agent holds."""
    sessions = Sessions()
    async with httpx.AsyncClient(base_url=server.url, headers={"Origin": server.url}) as http:
        cookies = [await _sign_in(http) for _ in range(agents)]
        async with _agent_socket(server, cookies[0]) as desk:
            for _ in range(customers):
                token, conversation = await _start_conversation(server, http)
                await _command(desk, "accept", conversation_id=conversation, entry_id=str(uuid4()))
                sessions.lines.append(f"customer {token} {conversation}")
    sessions.lines += [f"agent {cookie}" for cookie in cookies]
    return sessions


async def set_up(server: Server) -> None:
    """Make the workspace and its administrator, as the first person on a new installation would."""
    workspace = {"workspace_name": "Bench", "workspace_slug": "bench", "code": server.setup_code}
    body = workspace | {"name": "Bench", "email": "bench@example.com", "password": PASSWORD}
    async with httpx.AsyncClient(base_url=server.url, headers={"Origin": server.url}) as http:
        (await http.post("/api/setup", json=body)).raise_for_status()


async def _sign_in(http: httpx.AsyncClient) -> str:
    answer = await http.post("/api/session", json={"email": "bench@example.com", "password": PASSWORD})
    answer.raise_for_status()
    cookie = answer.cookies["alongside_session"]
    http.cookies.clear()
    return cookie


async def _start_conversation(server: Server, http: httpx.AsyncClient) -> tuple[str, str]:
    answer = await http.post("/api/widget/devices", json={"workspace": "bench"})
    answer.raise_for_status()
    token: str = answer.json()["token"]
    conversation = str(uuid4())
    async with _socket(server, hello={"token": token}) as socket:
        await _command(socket, "start", conversation_id=conversation)
    return token, conversation


@asynccontextmanager
async def _socket(server: Server, hello: dict[str, str], **headers: str) -> AsyncIterator[ClientConnection]:
    async with connect(
        f"ws://127.0.0.1:{server.port}/socket",
        subprotocols=["alongside.v1"],  # type: ignore[list-item]
        origin=server.url,  # type: ignore[arg-type]
        additional_headers=headers,
        compression=None,
    ) as connection:
        await connection.send(
            msgspec.json.encode({"type": "hello", "protocol": 1, "client": "bench", **hello}), text=True
        )
        await _answer(connection, "welcome")
        yield connection


@asynccontextmanager
async def _agent_socket(server: Server, cookie: str) -> AsyncIterator[ClientConnection]:
    async with _socket(server, {}, Cookie=f"alongside_session={cookie}") as connection:
        yield connection


async def _command(connection: ClientConnection, name: str, **data: str) -> None:
    frame = {"type": "command", "id": secrets.token_hex(4), "name": name, "data": data}
    await connection.send(msgspec.json.encode(frame), text=True)
    await _answer(connection, "done")


async def _answer(connection: ClientConnection, wanted: str) -> None:
    async with asyncio.timeout(30):
        while True:
            frame = msgspec.json.decode(await connection.recv())
            if frame["type"] == "error":
                raise RuntimeError(frame)
            if frame["type"] == wanted:
                return
