"""What every answer tells the browser, so that a mistake elsewhere stays small.

An answer that says nothing itself may load nothing, be framed by nobody and be kept by no cache. Pages say more:
`page_policy`.
"""

from collections.abc import Iterable

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from alongside.web.origins import origin_of

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FEATURES = (
    "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=(), serial=(), "
    "midi=(), browsing-topics=()"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": _FEATURES,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": NOTHING,
    "Cache-Control": "no-store",
}
_HSTS = "max-age=31536000"


def page_policy(origin: str, ancestors: Iterable[str] = ()) -> str:
    """The Content-Security-Policy of a page of ours: only our own files, nothing inline, our own socket.

    `origin`: ours, as the browser sees it. `ancestors`: who may frame it; nobody if none."""
    socket = origin.replace("http", "ws", 1)
    framing = " ".join(ancestors) or "'none'"
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; "
        f"img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' {socket}; "
        f"form-action 'self'; frame-src 'none'; frame-ancestors {framing}"
    )


class SecurityHeaders:
    """Wraps the whole application. What an answer says itself about a header stays."""

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self._app = app
        self._https = origin_of(public_url).startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; add the headers to its answer."""
        https = self._https or scope.get("scheme") in ("https", "wss")

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableScopeHeaders.from_message(message), https)
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == ScopeType.HTTP else send)


def _complete(headers: MutableScopeHeaders, https: bool) -> None:
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    if "frame-ancestors 'none'" in headers["Content-Security-Policy"]:
        headers.setdefault("X-Frame-Options", "DENY")
    if https:
        headers.setdefault("Strict-Transport-Security", _HSTS)
