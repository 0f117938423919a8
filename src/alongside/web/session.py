"""Signing in and out, and one's own sessions."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from alongside.kit.errors import Invalid
from alongside.kit.ids import same_secret
from alongside.kit.paging import Page
from alongside.realtime.revocations import Revocation
from alongside.storage import Connection
from alongside.team import agents, passwords, sessions, signing_in
from alongside.team.agent_store import Credentials
from alongside.team.agents import AgentChange
from alongside.team.model import NewSession, Role, Session, SignedIn
from alongside.team.permissions import PERMISSIONS, allows
from alongside.web.cookies import no_cookie, session_cookie
from alongside.web.errors import problems
from alongside.web.limits import network_of
from alongside.web.rooms import Rooms
from alongside.web.security import COOKIE, FOR_ALL, for_agents
from alongside.workspaces import directory

AnyRequest = Request[Any, Any, Any]
MINE = for_agents("session.own")
Password = Annotated[str, Meta(max_length=1000)]


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """`workspace`: the slug, needed only where there are several."""

    email: Annotated[str, Meta(max_length=1000)]
    password: Password
    workspace: Annotated[str, Meta(max_length=63)] | None = None


class Me(msgspec.Struct, frozen=True):
    """The agent who is signed in. `permissions`: what their role may do."""

    agent_id: UUID
    agent_session_id: UUID
    name: str
    email: str
    role: Role
    locale: str | None
    permissions: list[str]


class MyChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to change about oneself. A new password needs the present one."""

    name: str | UnsetType = UNSET
    locale: str | UnsetType | None = UNSET
    password: Password | UnsetType = UNSET
    present_password: Password | UnsetType = UNSET


class MySession(Session, frozen=True, kw_only=True):
    """One of one's sessions. `current`: the one that asks."""

    current: bool


class Ended(msgspec.Struct, frozen=True):
    """How many sessions ended."""

    ended: int


def me_of(signed_in: SignedIn) -> Me:
    """The agent as they see themselves."""
    may = [permission for permission in PERMISSIONS if allows(signed_in.role, permission)]
    return Me(
        signed_in.agent_id,
        signed_in.agent_session_id,
        signed_in.name,
        signed_in.email,
        signed_in.role,
        signed_in.locale,
        may,
    )


@post("/api/session", opt=FOR_ALL, tags=["session"], responses=problems(400, 401, 403, 404, 422, 429))
async def sign_in(request: AnyRequest, rooms: NamedDependency[Rooms], data: JSONBody[SignIn]) -> Response[Me]:
    """Sign in with e-mail address and password; the answer sets the session's cookie.

    Guessing is slowed down: 429 with the seconds to wait. A wrong password and an unknown address look the same."""
    address = network_of(request.client.host if request.client else None)
    rooms.limits.spend("sign_in", address)
    async with rooms.database.read(None) as connection:
        workspace_id = await directory.by_slug_or_sole(connection, data.workspace)
    session = await _signed_in(rooms, workspace_id, data, address, request.headers.get("user-agent", ""))
    cookie = session_cookie(request, rooms, session.token)
    return Response(me_of(session.signed_in), status_code=201, cookies=[cookie])


async def _signed_in(
    rooms: Rooms, workspace_id: UUID, data: SignIn, address: str, user_agent: str
) -> NewSession:
    email, key = signing_in.typed_email(data.email), rooms.secrets.derive("sign-in")
    now = rooms.clock.now()
    async with rooms.database.transaction(workspace_id) as connection:
        attempt = await signing_in.begin_attempt(connection, workspace_id, email, address, key, now)
        found = await signing_in.credentials(connection, workspace_id, email)
    stored, known = (found.password_hash, found.agent_id) if found else (None, None)
    if not await passwords.matches(data.password, stored) or found is None:
        async with rooms.database.transaction(workspace_id) as connection:
            await signing_in.fail(connection, workspace_id, known, now)
        raise signing_in.wrong()
    new_hash = await _renewed(found, data.password)
    async with rooms.database.transaction(workspace_id) as connection:
        return await signing_in.succeed(
            connection, workspace_id, attempt, email, key, found.agent_id, user_agent, now, new_hash
        )


async def _renewed(found: Credentials, password: str) -> str | None:
    return await passwords.hashed(password) if passwords.is_outdated(found.password_hash) else None


@get("/api/session", opt=MINE, tags=["session"], responses=problems(401))
async def read_me(
    request: AnyRequest, rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn]
) -> Response[Me]:
    """Who is signed in. Renews the cookie: a session ends 14 days after it was last used."""
    cookie = session_cookie(request, rooms, request.cookies[COOKIE])
    return Response(me_of(agent), cookies=[cookie])


@patch("/api/session", opt=MINE, tags=["session"], responses=problems(400, 401, 403, 409, 422, 429))
async def change_me(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], data: JSONBody[MyChange]
) -> Me:
    """Change one's own name, language or password. A new password ends one's other sessions."""
    password_hash = await _checked_password(rooms, agent, data)
    change = AgentChange(name=data.name, locale=data.locale)
    now = rooms.clock.now()
    async with rooms.database.transaction(agent.workspace_id) as connection:
        _, after = await agents.change(
            connection, agent.workspace_id, agent.actor, agent.agent_id, change, password_hash, now
        )
        if password_hash:
            await _end_others(rooms, connection, agent)
        connection.after_commit(lambda: rooms.hub.touch(agent.workspace_id, ["team"]))
    return me_of(msgspec.structs.replace(agent, name=after.name, locale=after.locale))


async def _checked_password(rooms: Rooms, agent: SignedIn, data: MyChange) -> str | None:
    """The hash of the new password, if there is one and the present one is right."""
    if data.password is UNSET:
        return None
    rooms.limits.spend("password", str(agent.agent_id))
    async with rooms.database.read(agent.workspace_id) as connection:
        found = await signing_in.credentials(connection, agent.workspace_id, agent.email)
    present = "" if data.present_password is UNSET else data.present_password
    if found is None or not await passwords.matches(present, found.password_hash):
        raise Invalid(message="The present password is wrong.", fields={"present_password": "wrong"})
    if same_secret(present, data.password):
        raise Invalid(message="That is the present password.", fields={"password": "the same as before"})
    passwords.check(data.password, agent.email)
    return await passwords.hashed(data.password)


@delete("/api/session", opt=MINE, tags=["session"], responses=problems(401, 403), status_code=204)
async def sign_out(
    request: AnyRequest, rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn]
) -> Response[None]:
    """Sign out: the session ends, and its sockets are closed."""
    async with rooms.database.transaction(agent.workspace_id) as connection:
        await sessions.sign_out(connection, agent, rooms.clock.now())
        await rooms.hub.revoke_in(connection, _revocation(agent, agent.agent_session_id))
    return Response(None, status_code=204, cookies=[no_cookie(request, rooms)])


@get("/api/sessions", opt=MINE, tags=["session"], responses=problems(401))
async def list_sessions(rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn]) -> Page[MySession]:
    """One's own sessions, the last used first; all of them on one page."""
    async with rooms.database.read(agent.workspace_id) as connection:
        mine = await sessions.mine(connection, agent, rooms.clock.now())
    current = agent.agent_session_id
    shown = [
        MySession(**msgspec.structs.asdict(one), current=one.agent_session_id == current) for one in mine
    ]
    return Page(shown, None)


@delete(
    "/api/sessions/{agent_session_id:uuid}", opt=MINE, tags=["session"], responses=problems(401, 403, 404)
)
async def end_session(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], agent_session_id: FromPath[UUID]
) -> None:
    """End one of one's own sessions, here or elsewhere; its sockets are closed."""
    async with rooms.database.transaction(agent.workspace_id) as connection:
        await sessions.end(connection, agent, agent_session_id, rooms.clock.now())
        await rooms.hub.revoke_in(connection, _revocation(agent, agent_session_id))


@delete("/api/sessions", opt=MINE, tags=["session"], responses=problems(401, 403), status_code=200)
async def end_other_sessions(rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn]) -> Ended:
    """End all of one's sessions but this one."""
    async with rooms.database.transaction(agent.workspace_id) as connection:
        return Ended(await _end_others(rooms, connection, agent))


async def _end_others(rooms: Rooms, connection: Connection, agent: SignedIn) -> int:
    ended = await sessions.end_others(connection, agent, rooms.clock.now())
    for session_id in ended:
        await rooms.hub.revoke_in(connection, _revocation(agent, session_id))
    return len(ended)


def _revocation(agent: SignedIn, session_id: UUID) -> Revocation:
    return Revocation(workspace_id=agent.workspace_id, session_id=session_id)


routes = [sign_in, read_me, change_me, sign_out, list_sessions, end_session, end_other_sessions]
