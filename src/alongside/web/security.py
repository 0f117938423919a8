"""Who is asking, and may they: one gate before every route.

A route says whom it is for: `opt=FOR_ALL`, `opt=FOR_VISITORS`, `opt=for_agents("team.read")` or
`opt=for_both("file.read")`. A route that says nothing is closed. What the gate found out, the handler takes as
`agent: SignedIn`, `visitor: Visitor` or `asker: Asker`.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.handlers.base import BaseRouteHandler
from litestar.params import SkipValidation
from litestar.types import Guard

from alongside.kit.clock import Clock
from alongside.kit.errors import Forbidden, TooMany, Unauthenticated
from alongside.kit.ids import token_hash
from alongside.kit.networks import network_of
from alongside.people import devices
from alongside.people.model import Visitor
from alongside.people.model import is_stale as visitor_is_stale
from alongside.storage import Database
from alongside.team import sessions
from alongside.team.model import SignedIn
from alongside.team.model import is_stale as session_is_stale
from alongside.team.permissions import PERMISSIONS, require
from alongside.web.origins import SAFE_METHODS, own_origins, refuse_foreign
from alongside.web.rooms import Rooms

COOKIE = "alongside_session"
LONGEST_PAUSE = 1.0

Asker = NamedDependency[SkipValidation[SignedIn | Visitor]]
AnyConnection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Access:
    """Whom a route is for. Agents need the permission; None means that the route is not for them."""

    everyone: bool = False
    visitors: bool = False
    permission: str | None = None


FOR_ALL: dict[str, Any] = {"access": Access(everyone=True)}
FOR_VISITORS: dict[str, Any] = {"access": Access(visitors=True)}


def for_agents(permission: str) -> dict[str, Any]:
    """For agents whose role has the permission. KeyError at import for one that does not exist."""
    PERMISSIONS[permission]
    return {"access": Access(permission=permission)}


def for_both(permission: str) -> dict[str, Any]:
    """For visitors, and for agents whose role has the permission."""
    PERMISSIONS[permission]
    return {"access": Access(visitors=True, permission=permission)}


def gate(rooms: Rooms) -> Guard:
    """The guard that stands before every route of the application."""

    async def admit(connection: AnyConnection, handler: BaseRouteHandler) -> None:
        if connection.scope.get("method") == "OPTIONS":
            return  # Litestar's own answer: which methods there are
        try:
            await _admit(connection, handler.opt.get("access") or Access())
        except TooMany as error:
            await asyncio.sleep(
                min(error.retry_after, LONGEST_PAUSE)
            )  # who asks again at once is slowed by this
            raise

    async def _admit(connection: AnyConnection, access: Access) -> None:
        _refuse_packed(connection)
        rooms.limits.spend(
            "request_address", network_of(connection.client.host if connection.client else None)
        )
        refuse_foreign_page(connection, rooms)
        if not access.everyone:
            _spend(rooms, connection)
            asker = await _asker(rooms, connection, access)
            rooms.limits.spend("request_workspace", asker.workspace_id.hex)
            connection.scope["asker"] = asker  # type: ignore[typeddict-unknown-key]

    return admit


def _refuse_packed(connection: AnyConnection) -> None:
    """Nothing is unpacked here, so that no small request becomes a large one."""
    if connection.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise HTTPException("The body is packed.", status_code=415)


def _spend(rooms: Rooms, connection: AnyConnection) -> None:
    """By what they show, before it is looked at: refusing costs no question to the database."""
    shown = bearer_token(connection.headers.get("authorization")) or connection.cookies.get(COOKIE, "")
    if shown:
        rooms.limits.spend("request_session", token_hash(shown).hex())


def refuse_foreign_page(connection: AnyConnection, rooms: Rooms) -> None:
    """Raises Forbidden if another site's page tries to change something with what this browser knows."""
    method = connection.scope.get("method", "GET")
    if method not in SAFE_METHODS:
        refuse_foreign(
            {name.lower(): value for name, value in connection.headers.items()},
            own_origins(connection.url.scheme, connection.headers.get("host", ""), rooms.settings.public_url),
            must_be_browser=COOKIE in connection.cookies,
        )


async def _asker(rooms: Rooms, connection: AnyConnection, access: Access) -> SignedIn | Visitor:
    token = bearer_token(connection.headers.get("authorization"))
    if access.visitors and (token is not None or access.permission is None):
        return await visitor_by_token(rooms.database, rooms.clock, token or "")
    if access.permission is None:
        raise Forbidden(message="This route is closed.", hint="Its author has to say whom it is for.")
    signed_in = await agent_by_token(rooms.database, rooms.clock, connection.cookies.get(COOKIE, ""))
    require(signed_in, access.permission)
    return signed_in


def bearer_token(authorization: str | None) -> str | None:
    """The token of `Authorization: Bearer …`; None without the header, empty for another scheme."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def agent_by_token(database: Database, clock: Clock, token: str) -> SignedIn:
    """Whose session this is; notes now and then that it was used. Raises Unauthenticated."""
    workspace_id, now = sessions.workspace_of(token), clock.now()
    async with database.read(workspace_id) as connection:
        signed_in = await sessions.authenticate(connection, workspace_id, token, now)
    if session_is_stale(signed_in.seen_at, now):
        async with database.transaction(workspace_id) as connection:
            await sessions.seen(connection, signed_in, now)
    return signed_in


async def visitor_by_token(database: Database, clock: Clock, token: str) -> Visitor:
    """Whose device this is; notes now and then that it was used. Raises Unauthenticated."""
    workspace_id, now = devices.workspace_of(token), clock.now()
    async with database.read(workspace_id) as connection:
        visitor = await devices.authenticate(connection, workspace_id, token)
    if visitor_is_stale(visitor.seen_at, now):
        async with database.transaction(workspace_id) as connection:
            await devices.seen(connection, visitor, now)
    return visitor


async def _asking(request: Request[Any, Any, Any]) -> Asker:
    asker: Asker | None = request.scope.get("asker")  # type: ignore[assignment]
    if asker is None:
        raise Unauthenticated(message="You are not signed in.", hint="Sign in first.")
    return asker


async def _agent(request: Request[Any, Any, Any]) -> SignedIn:
    asker = await _asking(request)
    if not isinstance(asker, SignedIn):
        raise Forbidden(message="This is for the team only.", hint="Sign in as an agent.")
    return asker


async def _visitor(request: Request[Any, Any, Any]) -> Visitor:
    asker = await _asking(request)
    if not isinstance(asker, Visitor):
        raise Forbidden(message="This is for visitors only.", hint="Send a device token.")
    return asker


ASKING: dict[str, Provide] = {
    "asker": Provide(_asking),
    "agent": Provide(_agent),
    "visitor": Provide(_visitor),
}


def security_of(access: Access) -> list[dict[str, list[str]]]:
    """The same for the API's description: which credentials open a route, any of them."""
    ways: list[dict[str, list[str]]] = [{"device": []}] if access.visitors else []
    return [*ways, {"session": []}] if access.permission else ways
