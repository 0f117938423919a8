"""A connection inside a transaction, as rooms get it."""

import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast
from uuid import UUID

import asyncpg
import msgspec

from alongside.kit.logs import logger
from alongside.storage.translation import DRIVER_ERRORS, translated

log = logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
AfterCommit = Callable[[], Awaitable[None] | None]

if TYPE_CHECKING:
    _Driver = asyncpg.Connection[asyncpg.Record]
else:
    _Driver = asyncpg.Connection


def _in_our_words(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    @functools.wraps(method)
    async def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await method(*args, **kwargs)
        except DRIVER_ERRORS as error:
            if isinstance(error, TimeoutError):
                cast(Connection, args[0]).terminate()  # nothing more is to be expected of this line
            raise translated(error) from error

    return call


class Connection(_Driver):
    """asyncpg's connection: the same methods, errors of the kit, and what is to happen after the commit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._after_commit: list[AfterCommit] = []
        self.workspace_id: UUID | None = None
        self._bell: Callable[[], None] = _nobody_listens

    async def begin(self, workspace_id: UUID | None, mode: str = "") -> None:
        """Begin and set the fence, in one round trip. For `Database` only."""
        await self.execute(f"begin{mode}; {self._entering(workspace_id)}")

    async def enter(self, workspace_id: UUID) -> None:
        """Move to another workspace's side of the fence for the rest of the transaction. Only for what works
        on many workspaces in one commit; everybody else is put there by `Database.transaction`."""
        await self.execute(self._entering(workspace_id))

    def _entering(self, workspace_id: UUID | None) -> str:
        """A UUID has no character that could end the string."""
        self.workspace_id = workspace_id
        return f"set local alongside.workspace = '{'' if workspace_id is None else UUID(str(workspace_id))}'"

    def after_commit(self, callback: AfterCommit) -> None:
        """Call this once the transaction is durable; never if it is not. In the order in which they were given."""
        self._after_commit.append(callback)

    def ring_after_commit(self) -> None:
        """Something was put into the outbox: those who look after it hear of it once that is durable."""
        self._after_commit.append(self._bell)

    def hang(self, bell: Callable[[], None]) -> None:
        """What `ring_after_commit` rings. For `Database` only."""
        self._bell = bell

    def take_after_commit(self) -> list[AfterCommit]:
        """Give out the callbacks and forget them; for who ends the transaction."""
        callbacks, self._after_commit = self._after_commit, []
        return callbacks

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that may fail alone: its writes are undone, the transaction goes on."""
        await self.execute("savepoint part")
        noted = len(self._after_commit)
        try:
            yield
        except BaseException:
            del self._after_commit[noted:]
            await self.execute("rollback to savepoint part; release savepoint part")
            raise
        await self.execute("release savepoint part")

    def get_reset_query(self) -> str:
        """Nothing to reset: settings are local to their transaction, and nobody listens on a pooled connection."""
        return ""

    execute = _in_our_words(_Driver.execute)
    executemany = _in_our_words(_Driver.executemany)
    fetch = _in_our_words(_Driver.fetch)  # type: ignore[assignment]  # the driver's overloads: only record_class
    fetchrow = _in_our_words(_Driver.fetchrow)  # type: ignore[assignment]
    fetchval = _in_our_words(_Driver.fetchval)
    copy_records_to_table = _in_our_words(_Driver.copy_records_to_table)


def _nobody_listens() -> None:
    """A connection of its own has no bell: whoever looks for facts looks now and then."""


async def run_after_commit(callbacks: list[AfterCommit]) -> None:
    """Call them in order. The commit has happened, so one that fails is logged and stops nobody."""
    for callback in callbacks:
        try:
            result = callback()
            if inspect.isawaitable(result):
                await result
        except Exception:
            log.exception("what should happen after a commit failed")


async def prepare_connection(connection: "asyncpg.Connection[Any]") -> None:
    """Teach a new connection JSON: jsonb and json are Python values on our side, by msgspec."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_encode_jsonb, decoder=_decode_jsonb, format="binary"
    )
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=_encode_json, decoder=msgspec.json.decode, format="text"
    )


def _encode_jsonb(value: Any) -> bytes:
    return b"\x01" + msgspec.json.encode(value)


def _decode_jsonb(data: bytes) -> Any:
    return msgspec.json.decode(data[1:])


def _encode_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
