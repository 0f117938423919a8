"""The application that uvicorn serves: routes, the gate before them, errors, headers, and the socket beside them."""

from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag
from litestar.types import ASGIApp, ControllerRouterHandler, Receive, Scope, Send

import alongside
from alongside.web import (
    audit,
    conversations,
    downloads,
    files,
    frames,
    jobs,
    operations,
    people,
    session,
    setup,
    team,
    uploads,
    widget,
    workspace,
)
from alongside.web.departure import LastAnswers
from alongside.web.describing import describe, tell_every_method
from alongside.web.errors import EXCEPTIONS
from alongside.web.headers import SecurityHeaders
from alongside.web.rooms import Rooms
from alongside.web.security import ASKING, COOKIE, FOR_ALL, gate
from alongside.web.socket import SocketEndpoint

# A JSON body is read whole before anything looks at it; files come as a stream with a limit of their own.
LARGEST_BODY = 1024 * 1024
SOCKET = "/socket"

ROUTES: Sequence[ControllerRouterHandler] = [
    *frames.routes,
    *operations.routes,
    *setup.routes,
    *session.routes,
    *team.routes,
    *workspace.routes,
    *audit.routes,
    *jobs.routes,
    *people.routes,
    *widget.routes,
    *conversations.routes,
    *files.routes,
    *downloads.routes,
    *uploads.routes,
]


def build_application(rooms: Rooms, socket: SocketEndpoint) -> ASGIApp:
    """Everything that is served on one port."""
    doors = _Doors(build_routes(rooms), socket)
    return LastAnswers(SecurityHeaders(doors, rooms.settings.public_url), rooms.departure)


def build_routes(rooms: Rooms | None) -> Litestar:
    """The HTTP side. Without rooms it can only be described (`alongside openapi`), not asked."""
    describe(ROUTES)
    return Litestar(
        ROUTES,
        dependencies={"rooms": Provide(lambda: rooms, sync_to_thread=False), **ASKING},
        guards=[gate(rooms)] if rooms else [],
        exception_handlers=EXCEPTIONS,
        before_send=[tell_every_method],
        openapi_config=_description(),
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
        debug=False,
    )


def _description() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Alongside",
        version=alongside.__version__,
        description="Help that happens on the customer's own screen. Errors are problem+json (RFC 9457) with a stable "
        "`code`. Lists filter, sort and page by `cursor`. The socket is described in docs/protocol.",
        use_handler_docstrings=True,
        openapi_router=Router("/api/openapi.json", route_handlers=[], opt=FOR_ALL, include_in_schema=False),
        render_plugins=[JsonRenderPlugin(path="/")],
        components=Components(
            security_schemes={
                "device": SecurityScheme(
                    type="http", scheme="bearer", description="A visitor's device: `dev_…`."
                ),
                "session": SecurityScheme(
                    type="apiKey", security_scheme_in="cookie", name=COOKIE, description="A signed-in agent."
                ),
            }
        ),
        tags=[
            Tag("setup", "The first run."),
            Tag("session", "Signing in and out."),
            Tag("team", "Agents and their roles."),
            Tag("workspace", "The workspace's settings and secrets."),
            Tag("jobs", "Work that could not be done."),
            Tag("audit", "Who did what that matters."),
            Tag("people", "Persons and what is known of them."),
            Tag("widget", "What a visitor's device may ask."),
            Tag("conversations", "Conversations and their journals."),
            Tag("files", "Sending and fetching files."),
            Tag("operations", "For the machines of whoever runs this server."),
        ],
    )


class _Doors:
    """One door for sockets, one for everything else."""

    def __init__(self, http: ASGIApp, socket: SocketEndpoint) -> None:
        self._http = http
        self._socket: Any = socket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to whom it is for. A WebSocket elsewhere than at /socket is refused by Litestar."""
        if scope["type"] == ScopeType.WEBSOCKET and scope["path"] == SOCKET:
            await self._socket(scope, receive, send)
        else:
            await self._http(scope, receive, send)
