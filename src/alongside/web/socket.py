"""The socket's endpoint: who may come in, and a client for each who does.

Transports (`socket_picows.py`, `socket_sansio.py`) bring handshakes, frames and ends. For the one that comes by
ASGI it is the application at `/socket`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from typing import Any, NamedTuple

import msgspec

from alongside.kit.errors import AlongsideError, Forbidden, Misconfigured
from alongside.realtime.client import Client, Entrance
from alongside.realtime.codes import close_code
from alongside.realtime.frames import SUBPROTOCOL, Bye, encode
from alongside.realtime.outbox import Outbox
from alongside.realtime.refusals import retry_after, stable_code
from alongside.web.origins import own_origins, refuse_foreign
from alongside.web.socket_admission import Admission, ConnectionLimits
from alongside.web.socket_line import Line
from alongside.web.socket_sansio import EXTENSION

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


# What a client is asked for later on; the rest of its handshake is forgotten.
_HEADERS = ("cookie",)


class SocketEndpoint:
    """Serves `alongside.v1` at the path where it is mounted. `public_url`: how people reach this server."""

    def __init__(
        self, entrance: Entrance, public_url: str = "", limits: ConnectionLimits | None = None
    ) -> None:
        self._entrance = entrance
        self._public_url = public_url
        self._admission = Admission(limits or ConnectionLimits())

    def enter(self, line: Line, headers: Mapping[str, str], scheme: str) -> "Visit | None":
        """Somebody is connected; None if they are turned away. `headers` of the handshake by lower-case name."""
        try:
            key = self._admission.enter(line.remote_address)
        except AlongsideError as error:
            _turn_away(line, error)
            return None
        kept = {name: headers[name] for name in _HEADERS if name in headers}
        client = Client(self._entrance, line, kept, self._from_own_page(scheme, headers))
        line.reader = client
        return Visit(client, key)

    def leave(self, visit: "Visit") -> None:
        """They are gone."""
        visit.client.lost()
        self._admission.leave(visit.key)

    def _from_own_page(self, scheme: str, headers: Mapping[str, str]) -> bool:
        ours = own_origins(scheme, headers.get("host", ""), self._public_url)
        try:
            refuse_foreign(headers, ours, must_be_browser=True)
        except Forbidden:
            return False
        return True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection by ASGI, from its handshake to its end."""
        line = _line(scope)
        await receive()  # websocket.connect
        offered = scope.get("subprotocols", [])
        if not speaks_ours(offered):
            await _reject(send)
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if offered else None})
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        visit = self.enter(line, headers, scope.get("scheme", "ws"))
        try:
            while (message := await receive())["type"] != "websocket.disconnect":
                if visit:
                    visit.client.received(message.get("text") or message.get("bytes") or b"")
        finally:
            if visit:
                self.leave(visit)


class Visit(NamedTuple):
    """A client that is connected, and what it was admitted as."""

    client: Client
    key: str


def speaks_ours(offered: Collection[str]) -> bool:
    """Whether there is a common language; offering none is no objection."""
    return not offered or SUBPROTOCOL in offered


def _line(scope: Scope) -> Line:
    extension = scope.get("extensions", {}).get(EXTENSION)
    if extension is None:
        raise Misconfigured(
            message="The server does not speak the socket's transport.",
            hint="Give uvicorn the ws of web/socket_transport.py.",
        )
    line: Line = extension["line"]
    line.remote_address = (scope.get("client") or ("",))[0]  # as a trusted proxy tells it
    return line


NO_COMMON_LANGUAGE = msgspec.json.encode(
    {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "code": "unsupported_protocol",
        "detail": "None of the offered subprotocols is spoken here.",
        "hint": f"Offer {SUBPROTOCOL}, or none.",
    }
)


async def _reject(send: Send) -> None:
    """No common language: HTTP 400 instead of the handshake."""
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "websocket.http.response.start", "status": 400, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": NO_COMMON_LANGUAGE})


def _turn_away(line: Line, error: AlongsideError) -> None:
    code, pause = stable_code(error), retry_after(error)
    again = msgspec.UNSET if pause is None else pause
    frame = encode(Bye(code, error.message, error.hint, again))
    outbox = Outbox(len(frame), line.flush, lambda: None)
    line.attach(outbox)
    outbox.finish(frame, discard=True)
    line.close(close_code(code), code)
