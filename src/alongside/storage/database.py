"""Connections and transactions: who may see what is settled here, before any room gets to ask."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast
from uuid import UUID

import asyncpg

from alongside.kit.errors import AlongsideError, Conflict, Unavailable
from alongside.kit.settings import Settings
from alongside.storage.connection import Connection, run_after_commit
from alongside.storage.listening import Gap, Listener, Subscriber
from alongside.storage.logins import Logins
from alongside.storage.outbox import Bell
from alongside.storage.pools import opened_pool, plain_pool, session_settings, single_connection
from alongside.storage.translation import DRIVER_ERRORS, translated
from alongside.storage.turns import Turns

if TYPE_CHECKING:
    from alongside.storage.pools import Pool

_JOB_CONNECTIONS = 4
_NOT_AT_ONCE = "; set local synchronous_commit = off"


class Database:
    """One PostgreSQL for one server: `async with Database(logins, settings) as database`.

    Entering opens the pools, so migrate first. Each `transaction` and `read` is fenced to one workspace: rows of
    others are not there, and writing them is refused, by the database itself.
    """

    def __init__(self, logins: Logins, settings: Settings) -> None:
        self._logins = logins
        self._settings = settings
        self._stack = AsyncExitStack()
        self._turns = Turns(settings.database_pool_size, settings.statement_timeout)
        self.bell = Bell()

    async def __aenter__(self) -> Self:
        logins, settings = self._logins, self._settings
        async with AsyncExitStack() as stack:
            self._server = await stack.enter_async_context(
                opened_pool(logins.server, settings, settings.database_pool_size)
            )
            self._jobs = await stack.enter_async_context(opened_pool(logins.jobs, settings, 2))
            self._listener = Listener(logins.server, session_settings(logins.server, settings))
            stack.push_async_callback(self._listener.close)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @asynccontextmanager
    async def transaction(
        self, workspace_id: UUID | None, *, repeatable: bool = False
    ) -> AsyncIterator[Connection]:
        """A transaction in a workspace: committed at the end, undone if anything is raised.

        `repeatable`: a crash of the database may undo it as a whole, shortly after; whoever began it does it again.
        Then nobody waits for the disk.

        None for the look-ups that come before one knows the workspace: no row of any is visible then.
        What was given to `Connection.after_commit` runs after the connection has gone back."""
        async with self._turns.of(workspace_id), self._acquired(self._server) as connection:
            async with _begun(connection, workspace_id, _NOT_AT_ONCE if repeatable else ""):
                yield connection
            callbacks = connection.take_after_commit()
        await run_after_commit(callbacks)

    @asynccontextmanager
    async def read(self, workspace_id: UUID | None) -> AsyncIterator[Connection]:
        """The same for reading: a write is refused."""
        async with (
            self._turns.of(workspace_id),
            self._acquired(self._server) as connection,
            _begun(connection, workspace_id, " read only"),
        ):
            yield connection

    @asynccontextmanager
    async def single_statements(self) -> AsyncIterator[Connection]:
        """A connection in no transaction: each statement is one of its own and sets its fence itself, in one
        round trip. For functions made for that (`append_entries`); nothing runs after a commit."""
        async with self._acquired(self._server) as connection:
            yield connection

    @asynccontextmanager
    async def jobs(self) -> AsyncIterator[Connection]:
        """For the worker, reading: every workspace's jobs, and whether it has something in its outbox."""
        async with self._acquired(self._jobs) as connection, _begun(connection, None, " read only"):
            yield connection

    @asynccontextmanager
    async def _acquired(self, pool: "Pool") -> AsyncIterator[Connection]:
        try:
            acquired = await pool.acquire(timeout=self._settings.statement_timeout)
        except DRIVER_ERRORS as error:
            raise translated(error) from error
        connection = cast(Connection, acquired)
        connection.take_after_commit()  # of a transaction that was undone
        connection.hang(self.bell.ring)
        try:
            yield connection
        except Unavailable as error:
            if isinstance(error.__cause__, TimeoutError):  # no answer: the other lines went the same way
                await pool.expire_connections()
            raise
        finally:
            await pool.release(acquired)

    def owner(self) -> AbstractAsyncContextManager[Connection]:
        """A connection that may change tables, outside any transaction. For migrations only."""
        return single_connection(self._logins.owner, self._settings)

    def job_pool(self) -> "AbstractAsyncContextManager[Pool]":
        """A pool of the worker's own, for the job library's driver."""
        return plain_pool(self._logins.jobs, self._settings, _JOB_CONNECTIONS)

    @property
    def listening(self) -> bool:
        """Whether notifications arrive, as far as one can tell."""
        return self._listener.listening

    async def listen(self, channel: str, subscriber: Subscriber, gap: Gap | None = None) -> None:
        """Call `subscriber(payload)` for every notification on a channel, from now on and across lost connections.

        After a connection was lost and found again `gap()` is called: notifications may have been missed."""
        await self._listener.listen(channel, subscriber, gap)


@asynccontextmanager
async def _begun(connection: Connection, workspace_id: UUID | None, mode: str = "") -> AsyncIterator[None]:
    """From begin to commit, or to rollback when something is raised."""
    await connection.begin(workspace_id, mode)
    try:
        yield
        ended = await connection.execute("commit")
    except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:  # lost between two statements
        raise translated(error) from error
    except BaseException:
        await _roll_back(connection)
        raise
    if ended != "COMMIT":
        raise Conflict("undone", "Nothing was stored: an error before was passed over.", "Try again.")


async def _roll_back(connection: Connection) -> None:
    """Undo. If the connection is gone PostgreSQL has undone it already, and the first error is the one to tell."""
    with suppress(asyncpg.InterfaceError, asyncpg.InternalClientError, AlongsideError):
        await connection.execute("rollback")
