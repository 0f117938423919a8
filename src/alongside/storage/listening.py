"""NOTIFY, received on one connection that finds its way back."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import asyncpg

from alongside.kit.errors import AlongsideError
from alongside.kit.logs import logger
from alongside.storage.logins import Login
from alongside.storage.translation import DRIVER_ERRORS, translated

if TYPE_CHECKING:
    RawConnection = asyncpg.Connection[asyncpg.Record]

log = logger(__name__)
Subscriber = Callable[[str], Awaitable[None] | None]
Gap = Callable[[], Awaitable[None] | None]
_LONGEST_PAUSE = 5.0
_CONNECT_SECONDS = 10.0
ASK_EVERY, ANSWER_SECONDS = 5.0, 5.0


class Listener:
    """Keeps one connection listening on every channel that somebody asked for."""

    def __init__(self, login: Login, session: dict[str, str]) -> None:
        self._login = login
        self._session = session
        self._channels: dict[str, list[tuple[Subscriber, Gap | None]]] = {}
        self._connection: RawConnection | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._lost = asyncio.Event()
        self._running: set[asyncio.Future[Any]] = set()
        self._lock = asyncio.Lock()

    @property
    def listening(self) -> bool:
        """Whether the connection stands, as far as one can tell."""
        return self._connection is not None and not self._connection.is_closed()

    async def listen(self, channel: str, subscriber: Subscriber, gap: Gap | None = None) -> None:
        """Subscribe; when this returns, every later notification arrives."""
        async with self._lock:
            if self._connection is None:
                await self._connect()
                self._keeper = asyncio.create_task(self._keep(), name="listener's keeper")
            if channel not in self._channels and self._connection is not None:
                await self._listen_on(self._connection, channel)
            self._channels.setdefault(channel, []).append((subscriber, gap))

    async def _connect(self) -> None:
        try:
            connection = await asyncpg.connect(
                self._login.url,
                server_settings=self._session,
                timeout=_CONNECT_SECONDS,
                command_timeout=ANSWER_SECONDS,
            )
        except DRIVER_ERRORS as error:
            raise translated(error) from error
        self._lost.clear()
        connection.add_termination_listener(lambda _: self._lost.set())
        try:
            for channel in self._channels:
                await self._listen_on(connection, channel)
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection

    async def _listen_on(self, connection: "RawConnection", channel: str) -> None:
        try:
            await connection.add_listener(channel, self._received)
        except DRIVER_ERRORS as error:
            raise translated(error) from error

    def _received(self, _connection: object, _pid: int, channel: str, payload: object) -> None:
        for subscriber, _ in self._channels.get(channel, ()):
            self._call(subscriber, str(payload))

    def _call(self, callback: Callable[..., Awaitable[None] | None], *args: str) -> None:
        """Call it; what is awaitable runs on its own, in order of arrival for what is not."""
        try:
            result = callback(*args)
        except Exception:
            log.exception("a listener failed")
            return
        if inspect.isawaitable(result):
            task = asyncio.ensure_future(result)
            self._running.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Future[Any]") -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception():
            log.error("a listener failed", exc_info=task.exception())

    async def _keep(self) -> None:
        """Connect again whenever the connection is lost, then tell everyone that there was a gap."""
        while True:
            await self._until_lost()
            log.warning("lost the connection for notifications")
            await self._connect_again()
            for subscribers in list(self._channels.values()):
                for _, gap in subscribers:
                    if gap:
                        self._call(gap)

    async def _until_lost(self) -> None:
        """A line that died without a word is as silent as one on which nothing happens: ask now and then."""
        while not self._lost.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._lost.wait(), ASK_EVERY)
                return
            await self._ask()

    async def _ask(self) -> None:
        async with self._lock:
            connection = self._connection
            try:
                assert connection is not None
                await connection.execute("select 1")
            except DRIVER_ERRORS:
                self._lost.set()
                if connection is not None:
                    connection.terminate()

    async def _connect_again(self) -> None:
        pause = 0.05
        while True:
            try:
                async with self._lock:
                    return await self._connect()
            except AlongsideError:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def close(self) -> None:
        """Stop listening."""
        if self._keeper:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        if self._connection and not self._connection.is_closed():
            await self._connection.close()
        for task in self._running:
            task.cancel()
