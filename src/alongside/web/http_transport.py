"""How requests are read: uvicorn's own protocol, with an end to its patience.

Without one, a client that sends a byte a minute holds a connection for ever, one that sends headers without end
fills the memory, and one that opens connections without end takes them from everybody else.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Collection, Container
from http import HTTPStatus
from typing import Any, ClassVar

import msgspec
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from alongside.kit.networks import network_of
from alongside.realtime.metrics import LIMITED
from alongside.realtime.rates import Buckets, Rate
from alongside.web.limits import MOST_BUCKETS, UNLIMITED

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 20.0
BODY_SECONDS = 30.0
BODY_BYTES = 1024
LONGEST_PAUSE = 2.0
# What the kernel takes from a socket that we read no more; all of it is taken apart at once when we do.
RECEIVE_BYTES = 64 * 1024
_HINTS = {
    400: "Send HTTP/1.1 as RFC 9112 has it.",
    408: f"Send the headers within {HEAD_SECONDS:g} seconds, and {BODY_BYTES} bytes of a body in {BODY_SECONDS:g}.",
    429: "Use a connection for more than one request.",
    431: f"Send at most {HEAD_BYTES // 1024} KiB of address and headers.",
}
_CODES = {400: "malformed", 408: "too_slow", 429: "too_many", 431: "too_large"}


class PatientProtocol(HttpToolsProtocol):
    """Ends a connection whose headers take too long or are too many, and one whose body hardly moves."""

    open_by_network: ClassVar["Counter[str]"] = Counter()
    connects: ClassVar[Buckets] = Buckets(Rate(600, 100), 1)
    per_address = 2_000
    trusted: Container[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: asyncio.TimerHandle | None = None
        self._in_head = True
        self._head_bytes = 0
        self._body_bytes = 0
        self._status = 400
        self._network = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connected: they have so long for their first headers."""
        super().connection_made(transport)
        self._expect_head()
        address = (self.client or ("",))[0]
        if address and address not in self.trusted:
            self._count(network_of(address))

    def _count(self, network: str) -> None:
        self._network = network
        self.open_by_network[network] += 1
        now = self.loop.time()
        wait = self.connects.of(network, now).owe(1, now)
        if wait:
            LIMITED.labels("connection_address").inc()
            # Soon, not now: uvloop begins to read when this returns, whatever it was told.
            self.loop.call_soon(self._keep_waiting)
            self.loop.call_later(min(wait, LONGEST_PAUSE), self._let_in)
        if self.open_by_network[network] > self.per_address:
            LIMITED.labels("connections_per_address").inc()
            self._refuse(429)

    def _keep_waiting(self) -> None:
        if not self.transport.is_closing():
            self.transport.pause_reading()

    def _let_in(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def _uncount(self) -> None:
        if self._network:
            self.open_by_network[self._network] -= 1
            if self.open_by_network[self._network] <= 0:
                del self.open_by_network[self._network]
            self._network = ""

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self._in_head:
            if self._timer is None:
                self._expect_head()
            self._head_bytes += len(data)
        else:
            self._body_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self._refuse(431)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header is complete."""
        super().on_header(name, value)
        if sum(len(name) + len(value) + 4 for name, value in self.headers) > HEAD_BYTES:
            self._status = 431
            raise ValueError("too many headers")

    def on_headers_complete(self) -> None:
        """The head is complete: from now on the body has to move."""
        self._in_head, self._head_bytes, self._body_bytes = False, 0, 0
        self._expect(BODY_SECONDS, self._look_at_body)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is complete; the next may begin whenever uvicorn's keep-alive allows it."""
        self._in_head = True
        self._rest()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """From here on it is a socket, with limits of its own."""
        self._rest()
        self._uncount()
        line: socket.socket | None = self.transport.get_extra_info("socket")
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._rest()
        self._uncount()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._expect(HEAD_SECONDS, self._give_up)

    def _expect(self, seconds: float, otherwise: Any) -> None:
        self._rest()
        self._timer = self.loop.call_later(seconds, otherwise)

    def _rest(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _look_at_body(self) -> None:
        """A body that waits for us to read it is no fault of theirs."""
        if self._body_bytes < BODY_BYTES and not self.flow.read_paused and self.cycle.more_body:
            self._give_up()
            return
        self._body_bytes = 0
        self._expect(BODY_SECONDS, self._look_at_body)

    def _give_up(self) -> None:
        LIMITED.labels("request_seconds").inc()
        self._refuse(408)

    def _refuse(self, status: int) -> None:
        self._status = status
        answering = not self._in_head and self.cycle.response_started
        if answering or self.transport.is_closing():
            self.transport.close()
        else:
            self.send_400_response("")

    def send_400_response(self, msg: str) -> None:
        """What cannot be read is refused in the form of all our errors, and the connection ends."""
        body = _problem(self._status)
        head = (
            f"HTTP/1.1 {self._status} {HTTPStatus(self._status).phrase}\r\n"
            "content-type: application/problem+json\r\nx-content-type-options: nosniff\r\n"
            f"cache-control: no-store\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def _problem(status: int) -> bytes:
    code, phrase = _CODES[status], HTTPStatus(status).phrase
    return msgspec.json.encode(
        {
            "type": f"urn:alongside:problem:{code}",
            "title": phrase,
            "status": status,
            "code": code,
            "detail": f"{phrase}.",
            "hint": _HINTS[status],
        }
    )


async def _nowhere(*_: Any) -> None:
    """An application that is never asked."""


def http_protocol(
    trusted: Collection[str], per_address: int, connects: Rate = UNLIMITED
) -> type[PatientProtocol]:
    """The protocol for uvicorn's `http`. `trusted`: proxies, whose connections are everybody's; `per_address`: how many
    connections one address may hold, sockets not counted; `connects`: how often it may open one."""
    proxies = ProxyHeadersMiddleware(_nowhere, list(trusted)).trusted_hosts if trusted else ()
    fields: dict[str, Any] = {"trusted": proxies, "per_address": per_address, "open_by_network": Counter()}
    fields["connects"] = Buckets(connects, MOST_BUCKETS)
    return type("HttpProtocol", (PatientProtocol,), fields)
