"""The socket's endpoint: an ASGI application for `/socket`, around the protocol core.

A handshake is checked, a client is made, and from then on frames go their short way (`socket_transport.py`);
here one only waits for the end.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from alongside.kit.errors import AlongsideError, Forbidden, Misconfigured
from alongside.realtime.client import Client, Entrance
from alongside.realtime.codes import close_code
from alongside.realtime.frames import SUBPROTOCOL, Bye, encode
from alongside.realtime.outbox import Outbox
from alongside.realtime.refusals import retry_after, stable_code
from alongside.web.origins import own_origins, refuse_foreign
from alongside.web.socket_admission import Admission, ConnectionLimits
from alongside.web.socket_transport import EXTENSION, Line

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class SocketEndpoint:
    """Serves `alongside.v1` at the path where it is mounted. `public_url`: how people reach this server."""

    def __init__(
        self, entrance: Entrance, public_url: str = "", limits: ConnectionLimits | None = None
    ) -> None:
        self._entrance = entrance
        self._public_url = public_url
        self._admission = Admission(limits or ConnectionLimits())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, from its handshake to its end."""
        line = _line(scope)
        await receive()  # websocket.connect
        offered = scope.get("subprotocols", [])
        if offered and SUBPROTOCOL not in offered:
            await _reject(send)
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if offered else None})
        try:
            key = self._admission.enter(line.remote_address)
        except AlongsideError as error:
            _turn_away(line, error)
            await _end(receive)
            return
        try:
            await self._serve(scope, line, receive)
        finally:
            self._admission.leave(key)

    async def _serve(self, scope: Scope, line: Line, receive: Receive) -> None:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        client = Client(self._entrance, line, headers, self._from_own_page(scope, headers))
        line.reader = client
        try:
            while (message := await receive())["type"] != "websocket.disconnect":
                client.received(message.get("text") or message.get("bytes") or b"")
        finally:
            client.lost()

    def _from_own_page(self, scope: Scope, headers: dict[str, str]) -> bool:
        ours = own_origins(scope.get("scheme", "ws"), headers.get("host", ""), self._public_url)
        try:
            refuse_foreign(headers, ours, must_be_browser=True)
        except Forbidden:
            return False
        return True


def _line(scope: Scope) -> Line:
    extension = scope.get("extensions", {}).get(EXTENSION)
    if extension is None:
        raise Misconfigured(
            message="The server does not speak the socket's transport.",
            hint="Give uvicorn ws=SocketProtocol (web/socket_transport.py).",
        )
    line: Line = extension["line"]
    line.remote_address = (scope.get("client") or ("",))[0]  # as a trusted proxy tells it
    return line


async def _reject(send: Send) -> None:
    """No common language: HTTP 400 instead of the handshake."""
    problem = {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "code": "unsupported_protocol",
        "detail": "None of the offered subprotocols is spoken here.",
        "hint": f"Offer {SUBPROTOCOL}, or none.",
    }
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "websocket.http.response.start", "status": 400, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": msgspec.json.encode(problem)})


async def _end(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


def _turn_away(line: Line, error: AlongsideError) -> None:
    code, pause = stable_code(error), retry_after(error)
    again = msgspec.UNSET if pause is None else pause
    frame = encode(Bye(code, error.message, error.hint, again))
    outbox = Outbox(len(frame), line.flush, lambda: None)
    line.attach(outbox)
    outbox.finish(frame, discard=True)
    line.close(close_code(code), code)
