"""The whole life of the embedded database: found, made, started, watched, started again, stopped."""

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg

from alongside.kit.errors import AlongsideError, Unavailable
from alongside.kit.logs import logger
from alongside.kit.settings import Settings
from alongside.storage.embedded import leftover
from alongside.storage.embedded.account import account_for_postgres
from alongside.storage.embedded.archiving import can_archive, make_spool, require_whole
from alongside.storage.embedded.binaries import find_binaries
from alongside.storage.embedded.cluster import BACKUP, JOBS, OWNER, SERVER, make_cluster, write_access
from alongside.storage.embedded.copies import reachable
from alongside.storage.embedded.options import server_arguments
from alongside.storage.embedded.places import Places, prepare
from alongside.storage.embedded.process import PostgresProcess
from alongside.storage.embedded.single_start import only_one
from alongside.storage.logins import Login, Logins, socket_url

log = logger(__name__)
_CONNECTIONS_BESIDE_POOLS = 20


class EmbeddedPostgres:
    """PostgreSQL on a data folder, for as long as the `async with` lasts; Linux ends it with us in any case.

    Enter it on the main thread: Linux ties a child's life to the thread that started it.
    Raises Conflict if another server holds the folder, Misconfigured if PostgreSQL cannot be found or started.
    """

    def __init__(self, data_dir: Path, settings: Settings, *, durable: bool = True) -> None:
        self._data = data_dir
        self._settings = settings
        self._durable = durable
        self._stack = AsyncExitStack()
        self._stopping = False

    async def __aenter__(self) -> Self:
        self._account = account_for_postgres()
        self._places = prepare(self._data, self._account)
        self._stack.enter_context(only_one(self._places.data))
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        self._watcher = asyncio.create_task(self._watch(), name="embedded PostgreSQL's watcher")
        return self

    async def _start(self) -> None:
        require_whole(self._places.data)
        self._binaries = find_binaries(self._settings.postgres_binaries)
        await self._make_binaries_reachable()
        await leftover.clear(self._places)
        await make_cluster(self._binaries, self._places, self._account, durable=self._durable)
        write_access(self._places)
        if self._settings.backup_to:
            make_spool(self._places, self._account)
        await self._run()

    async def _make_binaries_reachable(self) -> None:
        self._binaries = await asyncio.to_thread(reachable, self._binaries, self._account)

    async def _run(self) -> None:
        arguments = server_arguments(
            self._places,
            self._connections(),
            durable=self._durable,
            archiving=bool(self._settings.backup_to) and can_archive(self._binaries),
        )
        self._process = await PostgresProcess.start(self._binaries, self._places, self._account, arguments)

    def _connections(self) -> int:
        return max(100, self._settings.database_pool_size + _CONNECTIONS_BESIDE_POOLS)

    async def _watch(self) -> None:
        """Start it again whenever it ends without having been told to."""
        while True:
            code = await self._process.ended()
            if self._stopping:
                return
            log.error("the embedded database ended by itself; starting it again", exit_code=code)
            await self._run_again()

    async def _run_again(self) -> None:
        pause = 0.1
        while not self._stopping:
            try:
                await leftover.clear(self._places)
                return await self._run()
            except AlongsideError as error:
                log.error("the embedded database does not start", reason=str(error), again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        try:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher
            await self._process.stop()
            self._places.leave()
        finally:
            await self._stack.aclose()

    @property
    def pid(self) -> int:
        """The process id of the postmaster that runs now."""
        return self._process.pid

    @property
    def places(self) -> Places:
        """Its folders."""
        return self._places

    def owner_dsn(self, database: str) -> str:
        """Where the owner of the tables connects: for migrations only."""
        return socket_url(self._places.socket, OWNER, database)

    def server_dsn(self, database: str) -> str:
        """Where the server connects: fenced by workspace, cannot change tables."""
        return socket_url(self._places.socket, SERVER, database)

    def jobs_dsn(self, database: str) -> str:
        """Where the worker takes jobs from."""
        return socket_url(self._places.socket, JOBS, database)

    def logins(self, database: str) -> Logins:
        """All three ways in."""
        return _logins(self._places.socket, database)

    async def ensure_database(self, name: str) -> None:
        """Make a database of this name if there is none."""
        connection = await asyncpg.connect(self.owner_dsn("template1"))
        try:
            if not await connection.fetchval("select true from pg_database where datname = $1", name):
                await connection.execute(f'create database "{name}" owner {OWNER}')
        finally:
            await connection.close()


def _logins(socket: Path, database: str) -> Logins:
    return Logins(*(Login(socket_url(socket, role, database), None) for role in (OWNER, SERVER, JOBS)))


def backup_login(socket: Path) -> Login:
    """Who copies the cluster, and may ask for the end of a segment of the log."""
    return Login(socket_url(socket, BACKUP, "postgres"), None)


def running_logins(data_dir: Path, database: str) -> Logins:
    """The ways into the embedded database that another process of ours runs on this data folder.

    Raises Unavailable when none runs."""
    _, socket = running_places(data_dir)
    return _logins(socket, database)


def running_places(data_dir: Path) -> tuple[Path, Path]:
    """The cluster and the socket's folder of the embedded database that runs on this data folder.

    Raises Unavailable when none runs."""
    cluster = (data_dir / "postgres").resolve()
    found = leftover.read_postmaster(cluster)
    if found is None or not leftover.is_ours(found.pid, cluster):
        raise Unavailable(
            message=f"No embedded database runs on {data_dir}.", hint="Start Alongside on it first."
        )
    return cluster, Path(found.socket)
