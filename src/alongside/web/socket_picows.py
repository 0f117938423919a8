"""Sockets served by picows on uvicorn's port: its parser is compiled, and costs a fraction of one in Python.

uvicorn reads the request and finds that it is a handshake; for `/socket` a picows protocol then takes the
connection over, anything else goes uvicorn's own way. ASGI never sees these connections, so what its middleware
would do (a trusted proxy's word on the client's address) is done here. Built on private parts of picows and
uvicorn, which are pinned; `tests/web/test_socket.py` holds both transports to the same word.
"""

import asyncio
import logging
import re
from collections.abc import Callable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from picows import (
    WSAutoPingStrategy,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    picows,
)
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from alongside.realtime.frames import SUBPROTOCOL
from alongside.web.socket import NO_COMMON_LANGUAGE, SocketEndpoint, speaks_ours
from alongside.web.socket_listener import MESSAGE_BYTES, Listener
from alongside.web.socket_pulse import Pulse
from alongside.web.socket_sansio import SansioProtocol

if TYPE_CHECKING:
    from uvicorn.server import ServerState

PATH = b"/socket"
_READ_BUFFER = 2048
_WSProtocol: Any = getattr(picows, "WSProtocol")  # noqa: B009  # private, so no checker knows it
_HANDSHAKE_SECONDS = 10
_CONNECTION = re.compile(rb"(?im)^connection:[^\r\n]*")


class _Quiet(logging.LoggerAdapter[logging.Logger]):
    """What a client did wrong is told to the client; only what we did wrong belongs into the log."""

    def error(self, *args: Any, **kwargs: Any) -> None:
        """A client broke the protocol."""

    def warning(self, *args: Any, **kwargs: Any) -> None:
        """A peer was slow, or went."""


_LOG = _Quiet(logging.getLogger("picows"), {})
_LOG.setLevel(logging.WARNING)


class _Protocol(_WSProtocol):  # type: ignore[misc]
    """picows' protocol, counted among uvicorn's connections."""

    def __init__(self, factory: Callable[[WSUpgradeRequest], Any], state: "ServerState") -> None:
        super().__init__(
            None,  # host
            None,  # path
            False,  # a server
            factory,
            _LOG,
            True,  # an exception of ours ends the connection
            _HANDSHAKE_SECONDS,
            False,  # pings are the pulse's: a task for each connection costs kilobytes
            20,
            20,
            WSAutoPingStrategy.PING_WHEN_IDLE,
            False,  # pongs are the listener's
            MESSAGE_BYTES,
            None,  # more headers
            _READ_BUFFER,
        )
        self.state = state
        self.lost = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        """uvicorn waits for these when it stops."""
        self.state.connections.add(cast(Any, self))
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """No longer."""
        self.lost = True
        self.state.connections.discard(cast(Any, self))
        super().connection_lost(exc)

    def feed(self, data: bytes) -> None:
        """Bytes that were read by somebody else."""
        view = memoryview(data)
        while view and not self.lost:
            buffer = self.get_buffer(-1)
            size = min(len(buffer), len(view))
            buffer[:size] = view[:size]
            self.buffer_updated(size)
            view = view[size:]

    def shutdown(self) -> None:
        """The server stops."""
        if self.listener is not None:
            self.listener.retire()
        else:
            self.transport.disconnect()


class _Door:
    """What uvicorn makes for a handshake: lets the right protocol take its place. Subclasses have an endpoint."""

    endpoint: SocketEndpoint
    pulse: Pulse
    forwarded: ProxyHeadersMiddleware | None

    def __init__(self, **parts: Any) -> None:
        self._parts = parts
        self._inner: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """uvicorn hands its transport over."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """It was lost before the other protocol was in place."""
        if self._inner:
            self._inner.connection_lost(exc)

    def eof_received(self) -> None:
        """The peer will send nothing more."""

    def data_received(self, handshake: bytes) -> None:
        """The request, written anew by uvicorn: names in lower case, well-formed."""
        ours = handshake.split(b" ", 2)[1].partition(b"?")[0] == PATH
        self._inner = _Protocol(self._listen, self._parts["server_state"]) if ours else None
        if self._inner is None:
            self._inner = SansioProtocol(**self._parts)
        elif not _CONNECTION.search(handshake):
            ours = False
        self._inner.connection_made(self._transport)
        self._transport.pause_reading()
        loop = asyncio.get_running_loop()
        loop.call_soon(self._transport.set_protocol, self._inner)  # after uvicorn has set this one
        loop.call_soon(self._begin, handshake, ours)

    def _begin(self, handshake: bytes, ours: bool) -> None:
        if self._transport.is_closing():
            return
        if ours:
            # picows wants exactly "upgrade"; Firefox says "keep-alive, Upgrade"
            self._inner.feed(_CONNECTION.sub(b"connection: Upgrade", handshake))
        else:
            self._inner.data_received(handshake)
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def _listen(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        told = request.headers.getall("sec-websocket-protocol", [])
        offered = [each.strip() for line in told for each in line.split(",")]
        if not speaks_ours(offered):
            kind = {"content-type": "application/problem+json"}
            refused = WSUpgradeResponse.create_error_response(400, NO_COMMON_LANGUAGE, kind)
            return WSUpgradeResponseWithListener(refused, None)
        address, scheme = self._origin(request)
        answer = {"Sec-WebSocket-Protocol": SUBPROTOCOL} if offered else None
        return WSUpgradeResponseWithListener(
            WSUpgradeResponse.create_101_response(answer),
            Listener(self.endpoint, self.pulse, address, scheme),
        )

    def _origin(self, request: WSUpgradeRequest) -> tuple[str, str]:
        """The client's address and scheme, as a trusted proxy tells it."""
        peer = self._transport.get_extra_info("peername") or ("", 0)
        secure = self._transport.get_extra_info("sslcontext") is not None
        address, scheme = str(peer[0]), "wss" if secure else "ws"
        if self.forwarded is None:
            return address, scheme
        told = [
            (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
            for name, value in request.headers.items()
        ]
        scope = {"type": "websocket", "scheme": scheme, "client": (address, 0), "headers": told}
        _run_through(self.forwarded, scope)
        return cast(str, scope["client"][0]), cast(str, scope["scheme"])


async def _nowhere(_scope: Any, _receive: Any, _send: Any) -> None:
    """Where the middleware leads."""


def _run_through(middleware: ProxyHeadersMiddleware, scope: MutableMapping[str, Any]) -> None:
    """Let it change the scope. It awaits nothing, so it is done at once."""
    steps = middleware(cast(Any, scope), cast(Any, None), cast(Any, None))
    try:
        steps.send(None)
    except StopIteration:
        return
    steps.close()


def picows_protocol(endpoint: SocketEndpoint, trusted_proxies: Sequence[str] = ()) -> type[Any]:
    """The class to give uvicorn as `ws`."""
    forwarded = ProxyHeadersMiddleware(_nowhere, list(trusted_proxies)) if trusted_proxies else None
    parts = {"endpoint": endpoint, "pulse": Pulse(), "forwarded": forwarded}
    return type("PicowsDoor", (_Door,), parts)
