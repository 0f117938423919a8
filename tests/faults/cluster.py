"""A PostgreSQL of its own on a TCP port, which can be killed and started again, and followed by another."""

import asyncio
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import asyncpg
import psutil

from alongside.storage.embedded.account import account_for_postgres
from alongside.storage.embedded.binaries import find_binaries
from alongside.storage.embedded.cluster import environment
from alongside.storage.embedded.copies import reachable
from alongside.storage.embedded.leftover import read_postmaster

_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "wal_keep_size": "64MB",
    "log_min_messages": "fatal",
}
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}
DATABASE = "alongside"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """One cluster in a folder that PostgreSQL's user can get into. `durable`: a crash of the machine loses nothing
    either (kill -9 loses nothing in any case). `options`: of postgresql.conf. `variables`: of the environment."""

    def __init__(
        self,
        folder: Path,
        options: Mapping[str, str] | None = None,
        *,
        durable: bool = False,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.data = folder / "data"
        self._folder = folder
        self._options = _OPTIONS | ({} if durable else _NOT_DURABLE) | dict(options or {})
        self._variables = environment() | dict(variables or {})
        self._account = account_for_postgres()
        self._binaries = reachable(find_binaries(None), self._account)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where servers connect: as one who owns the database and may make roles."""
        return self.url_at(self.port)

    def url_at(self, *ports: int) -> str:
        """The same through other ports, as of a proxy."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
        return f"postgresql://operator@{hosts}/{DATABASE}"

    async def make(self) -> None:
        """Make the cluster, start it, and make the database."""
        self._prepare_folder()
        arguments = ["-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        await self._run("initdb", *arguments, "--locale=C", "--no-instructions")
        await self.start()
        await self.execute(
            "create role operator login createrole", f"create database {DATABASE} owner operator"
        )

    async def follow(self, leader: "Cluster") -> None:
        """Copy another cluster while it runs, start, and follow it; from then on it waits for us at each commit."""
        self._prepare_folder()
        await self._run(
            "pg_basebackup", "-h", "127.0.0.1", "-p", str(leader.port), "-U", "postgres", "-D", str(self.data),
            "-X", "stream", "-c", "fast", "--no-sync", "-R",
        )  # fmt: skip
        await self.start()
        await leader.execute("alter system set synchronous_standby_names = '*'", "select pg_reload_conf()")

    async def promote(self) -> None:
        """Lead from now on, waiting for nobody."""
        await self.execute(
            "alter system set synchronous_standby_names = ''",
            "select pg_reload_conf()",
            "select pg_promote()",
        )

    def _prepare_folder(self) -> None:
        self._folder.mkdir(exist_ok=True)
        self._account.own(self._folder)

    async def _run(self, program: str, *arguments: str) -> None:
        command = self._account.command(self._binaries.folder / program, *arguments)
        await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, env=self._variables)

    async def start(self) -> None:
        """Start it and return when it takes connections; tries again while an earlier run lets go of its memory."""
        async with asyncio.timeout(60):
            while not await self._started():  # noqa: ASYNC110 - another process lets go of it
                await asyncio.sleep(0.1)

    async def _started(self) -> bool:
        arguments = ["-D", str(self.data), "-p", str(self.port)]
        for name, value in self._options.items():
            arguments += ["-c", f"{name}={value}"]
        self._process = self._spawned(arguments)
        return await self._is_ready(self._process)

    def _spawned(self, arguments: list[str]) -> "subprocess.Popen[bytes]":
        with (self._folder / "postgres.log").open("ab") as log:
            return subprocess.Popen(
                self._account.command(self._binaries.postgres, *arguments),
                stdout=log,
                stderr=log,
                env=self._variables,
                start_new_session=True,
            )

    async def _is_ready(self, process: "subprocess.Popen[bytes]") -> bool:
        while process.poll() is None:
            found = read_postmaster(self.data)
            if found and found.pid == process.pid and found.status == "ready":
                return True
            if found and found.pid == process.pid and found.status == "standby":
                return True
            await asyncio.sleep(0.02)
        return False

    async def kill(self, *, everything: bool = False) -> None:
        """kill -9 of the postmaster, which its children notice; with `everything` of them too, at once."""
        assert self._process is not None
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        for child in children if everything else ():
            with suppress(psutil.NoSuchProcess):
                child.kill()
        await asyncio.to_thread(self._process.wait, 30)

    async def kill_backend(self) -> None:
        """kill -9 of one backend that serves us: PostgreSQL ends all others and recovers by itself."""
        connection = await self.connect()
        pid = await connection.fetchval(
            "select pid from pg_stat_activity where application_name = 'alongside' and pid <> pg_backend_pid() limit 1"
        )
        psutil.Process(pid).kill()
        connection.terminate()

    @property
    def running(self) -> bool:
        """Whether its postmaster has not ended."""
        return self._process is not None and self._process.poll() is None

    async def stop(self) -> None:
        """A fast, clean stop."""
        if self._process and self.running:
            self._process.send_signal(2)
            await asyncio.to_thread(self._process.wait, 60)

    async def connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        """A superuser's connection to the servers' database: sees every row."""
        return await asyncpg.connect(host="127.0.0.1", port=self.port, user="postgres", database=DATABASE)

    async def execute(self, *statements: str) -> None:
        """As superuser, each in a transaction of its own."""
        connection = await asyncpg.connect(
            host="127.0.0.1", port=self.port, user="postgres", database="postgres"
        )
        for statement in statements:
            await connection.execute(statement)
        await connection.close()
