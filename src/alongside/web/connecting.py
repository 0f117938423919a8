"""Who connects to the socket: the same cookies and tokens as over HTTP, as sessions of realtime."""

from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from uuid import UUID

from alongside.kit import actors
from alongside.kit.clock import Clock
from alongside.kit.errors import Unauthenticated
from alongside.kit.together import Together
from alongside.people import devices
from alongside.people.model import Visitor, is_stale
from alongside.realtime.sessions import Session
from alongside.storage import Connection, Database
from alongside.team import sessions
from alongside.team.model import SignedIn
from alongside.web.security import COOKIE, agent_by_token
from alongside.workspaces import settings
from alongside.workspaces.model import Workspace


class SocketAuthenticator:
    """Realtime's Authenticator, on the tables of devices and of agents' sessions. Visitors who come at the same
    time are looked up together: after a restart all come at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._visitors: Together[str, Session] = Together(self._find_visitors)

    async def by_cookie(self, headers: Mapping[str, str]) -> Session:
        """The agent whose session cookie is in the handshake's headers. Raises Unauthenticated."""
        token = session_cookie(headers.get("cookie", ""))
        if not token:
            raise Unauthenticated(
                message="You are not signed in.", hint="Sign in, or say hello with a token."
            )
        return await self._agent(token)

    async def by_token(self, token: str) -> Session:
        """The owner of a device's or an agent's token. Raises Unauthenticated."""
        if token.startswith(f"{sessions.TOKEN}_"):
            return await self._agent(token)
        return await self._visitors.ask(devices.workspace_of(token), token)

    async def _find_visitors(
        self, workspace_id: UUID, tokens: Sequence[str]
    ) -> Sequence[Session | Unauthenticated]:
        now = self._clock.now()
        async with self._database.read(workspace_id) as connection:
            found = await devices.authenticate_many(connection, workspace_id, tokens)
            known = [visitor for visitor in found if visitor]
            workspace = await settings.read(connection, workspace_id) if known else None
        if any(is_stale(visitor.seen_at, now) for visitor in known):
            async with self._database.transaction(workspace_id) as connection:
                await devices.many_seen(connection, known, now)
        return [
            visitor_session(visitor, workspace) if visitor and workspace else devices.unknown_device()
            for visitor in found
        ]

    async def alive(self, session: Session) -> bool:
        """Whether the session still stands, and its owner still is who they were."""
        async with self._database.read(session.workspace_id) as connection:
            return await self._stands(connection, session)

    async def _stands(self, connection: Connection, session: Session) -> bool:
        workspace_id, owner = session.workspace_id, session.actor.id
        if session.actor.kind == "agent":
            signed_in = await sessions.find(connection, workspace_id, session.session_id, self._clock.now())
            return signed_in is not None and (signed_in.agent_id, signed_in.role) == (owner, session.role)
        visitor = await devices.find(connection, workspace_id, session.session_id)
        return visitor is not None and visitor.person_id == owner

    async def _agent(self, token: str) -> Session:
        signed_in = await agent_by_token(self._database, self._clock, token)
        return agent_session(signed_in, await self._workspace(signed_in.workspace_id))

    async def _workspace(self, workspace_id: UUID) -> Workspace:
        async with self._database.read(workspace_id) as connection:
            return await settings.read(connection, workspace_id)


def session_cookie(cookies: str) -> str:
    """The session token in a Cookie header; empty if there is none or the header is broken."""
    try:
        morsel = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def agent_session(signed_in: SignedIn, workspace: Workspace) -> Session:
    """A signed-in agent as realtime knows them."""
    return Session(
        actor=signed_in.actor,
        workspace_id=workspace.workspace_id,
        workspace_slug=workspace.slug,
        workspace_name=workspace.name,
        session_id=signed_in.agent_session_id,
        audience="team",
        name=signed_in.name,
        role=signed_in.role,
        expires_at=signed_in.expires_at,
    )


def visitor_session(visitor: Visitor, workspace: Workspace) -> Session:
    """A visitor's device as realtime knows it."""
    return Session(
        actor=actors.person(visitor.person_id),
        workspace_id=workspace.workspace_id,
        workspace_slug=workspace.slug,
        workspace_name=workspace.name,
        session_id=visitor.device_id,
        audience="everyone",
        name=visitor.name,
    )
