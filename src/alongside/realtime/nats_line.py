"""One connection to NATS that is made anew whenever it ends.

The library could reconnect by itself; we do it, because everybody has to be told of each gap, and a connection
that is stuck in between must not stay so."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import uniform

from nats import errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from alongside.kit.logs import logger
from alongside.realtime.metrics import BUS_CONNECTED
from alongside.realtime.nats_address import NatsAddress

log = logger(__name__)
CONNECT_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
PING_SECONDS, PINGS_UNANSWERED = 5, 2
LOOK_SECONDS = 1.0
FLUSH_SECONDS = 5.0


class Away(Exception):
    """There is no connection, or it ended while something was sent."""


class NatsLine:
    """`received` gets what others publish, `joined` is called when the connection stands, `left` when it ended."""

    def __init__(
        self,
        address: NatsAddress,
        subject: str,
        received: Callable[[bytes], None],
        joined: Callable[[], None],
        left: Callable[[], None],
    ) -> None:
        self._address = address
        self._subject = subject
        self._received = received
        self._joined = joined
        self._left = left
        self._client: Client | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._told_away = False

    @property
    def connected(self) -> bool:
        """Whether the connection stands, as far as one can tell. A dead one is found out after 15 seconds."""
        return self._client is not None and self._client.is_connected

    async def start(self, patience: float) -> None:
        """Begin; returns when connected, or after so many seconds without: it goes on trying."""
        first = asyncio.Event()
        BUS_CONNECTED.set(0)
        self._keeper = asyncio.create_task(self._keep(first), name="nats")
        with suppress(TimeoutError):
            await asyncio.wait_for(first.wait(), patience)

    async def _keep(self, first: asyncio.Event) -> None:
        pause = FIRST_PAUSE
        while True:
            ended = asyncio.Event()
            client = await self._connect(ended)
            if client is None:
                await asyncio.sleep(uniform(pause / 2, pause))  # noqa: S311 - spreads them, hides nothing
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            self._enter(client)
            first.set()
            await _end_of(client, ended)
            self._leave()
            await _close(client)

    async def _connect(self, ended: asyncio.Event) -> Client | None:
        client = _Client(self._address.secure)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._open(client, ended)
        except Exception as error:  # noqa: BLE001  whatever it was, the next try may work
            self._say_away(error)
        except asyncio.CancelledError:
            await _close(client)
            raise
        else:
            return client
        await _close(client)
        return None

    async def _open(self, client: Client, ended: asyncio.Event) -> None:
        address, login = self._address, self._address.login

        async def closed() -> None:
            ended.set()

        await client.connect(
            address.servers,
            name="alongside",
            user=login.user,
            password=login.password,
            token=login.token,
            user_credentials=address.credentials,
            tls=address.tls,
            no_echo=True,
            allow_reconnect=False,
            reconnect_time_wait=1,
            ping_interval=PING_SECONDS,
            max_outstanding_pings=PINGS_UNANSWERED,
            flush_timeout=FLUSH_SECONDS,
            closed_cb=closed,
            error_cb=self._trouble,
        )
        await client.subscribe(self._subject, cb=self._hear)
        await client.flush()

    async def _hear(self, message: Msg) -> None:
        try:
            self._received(message.data)
        except Exception:
            log.exception("a listener failed")

    async def _trouble(self, error: Exception) -> None:
        if self._client is None:
            self._say_away(error)
        else:
            log.warning("nats_trouble", reason=type(error).__name__)

    def _say_away(self, error: Exception) -> None:
        if not self._told_away:
            self._told_away = True
            log.warning("nats_away", servers=self._address.servers, reason=type(error).__name__)

    def _enter(self, client: Client) -> None:
        self._client = client
        self._told_away = False
        BUS_CONNECTED.set(1)
        log.info("nats_connected", servers=self._address.servers)
        self._joined()

    def _leave(self) -> None:
        self._client = None
        BUS_CONNECTED.set(0)
        log.warning("nats_lost", servers=self._address.servers)
        self._left()

    async def publish(self, payload: bytes) -> None:
        """Send to everybody else. Raises Away if that is not possible; what was sent may still get lost."""
        client = self._client
        if client is None or not client.is_connected:
            raise Away
        try:
            await client.publish(self._subject, payload)
        except (errors.Error, OSError) as error:
            raise Away from error

    async def stop(self) -> None:
        """Send what is on its way and hang up."""
        if self._keeper:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        client, self._client = self._client, None
        if client:
            with suppress(errors.Error, OSError, TimeoutError):
                await client.flush(timeout=2)
            await _close(client)


async def answers(address: NatsAddress, seconds: float = 3.0) -> bool:
    """Whether NATS is there and lets us in."""
    line = NatsLine(address, "alongside.doctor", lambda _: None, lambda: None, lambda: None)
    await line.start(seconds)
    connected = line.connected
    await line.stop()
    return connected


class _Client(Client):
    """The library's client, which says nothing secret on a line that should be encrypted and is not."""

    def __init__(self, secure: bool) -> None:
        super().__init__()
        self._secure = secure

    def _connect_command(self) -> bytes:
        if self._secure and not self._server_info.get("tls_required"):
            raise errors.Error("nats: this server does not encrypt")
        return super()._connect_command()


async def _end_of(client: Client, ended: asyncio.Event) -> None:
    """The library may fail to tell of an end that came in an awkward moment, so we look ourselves."""
    while not client.is_closed:
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), LOOK_SECONDS)


async def _close(client: Client) -> None:
    try:
        await client.close()
    except Exception as error:  # noqa: BLE001  it is gone anyway
        log.debug("nats_closing_failed", reason=type(error).__name__)
