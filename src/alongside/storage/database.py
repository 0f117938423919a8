"""Connections and transactions: who may see what is settled here, before any room gets to ask."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast
from uuid import UUID

import asyncpg

from alongside.kit.errors import AlongsideError, Conflict
from alongside.kit.settings import Settings
from alongside.storage.connection import Connection, prepare_connection, run_after_commit
from alongside.storage.listening import Gap, Listener, Subscriber
from alongside.storage.logins import Login, Logins
from alongside.storage.translation import DRIVER_ERRORS, translated

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]

_JOB_CONNECTIONS = 4


class Database:
    """One PostgreSQL for one server: `async with Database(logins, settings) as database`.

    Entering opens the pools, so migrate first. Each `transaction` and `read` is fenced to one workspace: rows of
    others are not there, and writing them is refused, by the database itself.
    """

    def __init__(self, logins: Logins, settings: Settings) -> None:
        self._logins = logins
        self._settings = settings
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        size = self._settings.database_pool_size
        self._server = await self._open(self._logins.server, size)
        self._jobs = await self._open(self._logins.jobs, _JOB_CONNECTIONS)
        self._listener = Listener(self._logins.server, session_settings(self._logins.server, self._settings))
        self._stack.push_async_callback(self._listener.close)
        return self

    async def _open(self, login: Login, size: int) -> "Pool":
        try:
            pool = await asyncpg.create_pool(
                login.url,
                min_size=1,
                max_size=size,
                connection_class=Connection,
                init=prepare_connection,
                server_settings=session_settings(login, self._settings),
            )
        except DRIVER_ERRORS as error:
            await self._stack.aclose()
            raise translated(error) from error
        self._stack.push_async_callback(_close, pool)
        return pool

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @asynccontextmanager
    async def transaction(self, workspace_id: UUID | None) -> AsyncIterator[Connection]:
        """A transaction in a workspace: committed at the end, undone if anything is raised.

        None for the look-ups that come before one knows the workspace: no row of any is visible then.
        What was given to `Connection.after_commit` runs after the connection has gone back."""
        async with self._acquired(self._server) as connection:
            async with _begun(connection, _begin(workspace_id)):
                yield connection
            callbacks = connection.take_after_commit()
        await run_after_commit(callbacks)

    @asynccontextmanager
    async def read(self, workspace_id: UUID | None) -> AsyncIterator[Connection]:
        """The same for reading: all statements see, and a write is refused."""
        async with (
            self._acquired(self._server) as connection,
            _begun(connection, _begin(workspace_id, " read only")),
        ):
            yield connection

    @asynccontextmanager
    async def jobs(self) -> AsyncIterator[Connection]:
        """A transaction of the worker: all workspaces' jobs and outbox, and nothing else."""
        async with self._acquired(self._jobs) as connection:
            async with _begun(connection, "begin"):
                yield connection
            callbacks = connection.take_after_commit()
        await run_after_commit(callbacks)

    @asynccontextmanager
    async def _acquired(self, pool: "Pool") -> AsyncIterator[Connection]:
        try:
            acquired = await pool.acquire(timeout=self._settings.statement_timeout)
        except DRIVER_ERRORS as error:
            raise translated(error) from error
        connection = cast(Connection, acquired)
        connection.take_after_commit()  # of a transaction that was undone
        try:
            yield connection
        finally:
            await pool.release(acquired)

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[Connection]:
        """A connection that may change tables, outside any transaction. For migrations only."""
        async with connected(self._logins.owner, self._settings) as connection:
            yield connection

    async def listen(self, channel: str, subscriber: Subscriber, gap: Gap | None = None) -> None:
        """Call `subscriber(payload)` for every notification on a channel, from now on and across lost connections.

        After a connection was lost and found again `gap()` is called: notifications may have been missed."""
        await self._listener.listen(channel, subscriber, gap)

    @property
    def job_pool(self) -> "Pool":
        """The worker's pool, for the job library's driver."""
        return self._jobs


@asynccontextmanager
async def connected(login: Login, settings: Settings) -> AsyncIterator[Connection]:
    """One connection of its own, without a limit on how long a statement takes."""
    wanted = session_settings(login, settings) | {"statement_timeout": "0"}
    try:
        connection = await asyncpg.connect(login.url, connection_class=Connection, server_settings=wanted)
    except DRIVER_ERRORS as error:
        raise translated(error) from error
    try:
        await prepare_connection(connection)
        yield connection
    finally:
        await connection.close()


def session_settings(login: Login, settings: Settings) -> dict[str, str]:
    """What every session of ours starts with."""
    wanted = {
        "application_name": "alongside",
        "search_path": "alongside,public",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(round(settings.statement_timeout * 1000)),
        "lock_timeout": str(round(settings.lock_timeout * 1000)),
        "idle_in_transaction_session_timeout": "60000",
    }
    return wanted | {"role": login.role} if login.role else wanted


def _begin(workspace_id: UUID | None, mode: str = "") -> str:
    """Begin and set the fence in one round trip; a UUID has no character that could end the string."""
    fence = str(UUID(str(workspace_id))) if workspace_id else ""
    return f"begin{mode}; set local alongside.workspace = '{fence}'"


@asynccontextmanager
async def _begun(connection: Connection, begin: str) -> AsyncIterator[None]:
    """From begin to commit, or to rollback when something is raised."""
    await connection.execute(begin)
    try:
        yield
        ended = await connection.execute("commit")
    except asyncpg.InterfaceError as error:  # the connection was lost between two statements
        raise translated(error) from error
    except BaseException:
        await _roll_back(connection)
        raise
    if ended != "COMMIT":
        raise Conflict("undone", "Nothing was stored: an error before was passed over.", "Try again.")


async def _roll_back(connection: Connection) -> None:
    """Undo. If the connection is gone PostgreSQL has undone it already, and the first error is the one to tell."""
    with suppress(asyncpg.InterfaceError, AlongsideError):
        await connection.execute("rollback")


async def _close(pool: "Pool") -> None:
    """Close a pool; connections still in use a moment later are cut."""
    try:
        async with asyncio.timeout(5):
            await pool.close()
    except TimeoutError:
        pool.terminate()
