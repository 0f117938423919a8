"""Sessions of agents: a random token in a cookie, alive for 14 days after it was last used."""

from datetime import datetime
from uuid import UUID

from alongside.kit.errors import NotFound, Unauthenticated
from alongside.kit.ids import token_hash, uuid7
from alongside.kit.tokens import fence_of, new_fenced_token
from alongside.storage import Connection
from alongside.team import audit, session_store
from alongside.team.model import SESSION_LIFE, Agent, NewSession, Session, SignedIn, is_stale

TOKEN = "ses"


async def begin(
    connection: Connection, workspace_id: UUID, agent: Agent, user_agent: str, now: datetime
) -> NewSession:
    """A new session of an agent. Its token is nowhere to be had again."""
    token, session_id = new_fenced_token(TOKEN, workspace_id), uuid7()
    expires_at = now + SESSION_LIFE
    await session_store.insert_session(
        connection,
        workspace_id,
        session_id,
        agent.agent_id,
        token_hash(token),
        user_agent[:400],
        now,
        expires_at,
    )
    signed_in = SignedIn(
        workspace_id,
        session_id,
        agent.agent_id,
        agent.name,
        agent.email,
        agent.role,
        agent.locale,
        now,
        expires_at,
    )
    return NewSession(token, signed_in)


def workspace_of(token: str) -> UUID:
    """The workspace in which a session token is to be looked up. Raises Unauthenticated for another shape."""
    workspace_id = fence_of(token, TOKEN)
    if workspace_id is None:
        raise unknown_session()
    return workspace_id


async def authenticate(connection: Connection, workspace_id: UUID, token: str, now: datetime) -> SignedIn:
    """Whose session this is. Raises Unauthenticated if it ended, expired or its agent was deactivated."""
    signed_in = await session_store.signed_in_by_token(connection, workspace_id, token_hash(token), now)
    if signed_in is None:
        raise unknown_session()
    return signed_in


async def find(
    connection: Connection, workspace_id: UUID, agent_session_id: UUID, now: datetime
) -> SignedIn | None:
    """Whose session this is, if it lives."""
    return await session_store.signed_in_by_id(connection, workspace_id, agent_session_id, now)


async def seen(connection: Connection, signed_in: SignedIn, now: datetime) -> None:
    """Note that the session was used, and let it live on. Call it when `model.is_stale(signed_in.seen_at, now)`."""
    if is_stale(signed_in.seen_at, now):
        expires_at = now + SESSION_LIFE
        await session_store.slide(
            connection, signed_in.workspace_id, signed_in.agent_session_id, now, expires_at
        )


async def mine(connection: Connection, signed_in: SignedIn, now: datetime) -> list[Session]:
    """The agent's living sessions, the last used first."""
    return await session_store.list_sessions(connection, signed_in.workspace_id, signed_in.agent_id, now)


async def sign_out(connection: Connection, signed_in: SignedIn, now: datetime) -> None:
    """The session ends by its own wish. The edge revokes its live sockets."""
    await _end(connection, signed_in, now, "session.signed_out", only=signed_in.agent_session_id)


async def end(connection: Connection, signed_in: SignedIn, agent_session_id: UUID, now: datetime) -> None:
    """One of the agent's own sessions ends. Raises NotFound if it is none of theirs or has ended."""
    if not await _end(connection, signed_in, now, "session.ended", only=agent_session_id):
        raise NotFound(message="There is no such session.", hint="Load the list again.")


async def end_others(connection: Connection, signed_in: SignedIn, now: datetime) -> list[UUID]:
    """All of the agent's sessions end but the asking one. Gives the ids of those that ended."""
    return await _end(connection, signed_in, now, "session.ended", but=signed_in.agent_session_id)


async def _end(
    connection: Connection,
    signed_in: SignedIn,
    now: datetime,
    action: str,
    only: UUID | None = None,
    but: UUID | None = None,
) -> list[UUID]:
    workspace_id = signed_in.workspace_id
    ended = await session_store.end_sessions(connection, workspace_id, signed_in.agent_id, now, only, but)
    for session_id in ended:
        await audit.record(
            connection, workspace_id, signed_in.actor, action, ("session", session_id), now=now
        )
    return ended


async def end_all_of(
    connection: Connection, workspace_id: UUID, agent_id: UUID, now: datetime, but: UUID | None = None
) -> list[UUID]:
    """Every session of an agent ends, but one if wished: they were deactivated or their password was changed."""
    return await session_store.end_sessions(connection, workspace_id, agent_id, now, but=but)


def unknown_session() -> Unauthenticated:
    """The error for a token that is nobody's."""
    return Unauthenticated(message="You are not signed in (any more).", hint="Sign in again.")
