"""The table `agent_session`: who is signed in, from where."""

from datetime import datetime
from uuid import UUID

from alongside.storage import Connection, fetch, fetch_optional
from alongside.team.model import Session, SignedIn

_LIVING = """
    select s.workspace_id, s.agent_session_id, s.agent_id, s.seen_at, s.expires_at, a.name, a.email, a.role, a.locale
      from agent_session s join agent a using (workspace_id, agent_id)
     where s.workspace_id = $1 and s.ended_at is null and s.expires_at > $2 and a.deactivated_at is null
"""


async def insert_session(
    connection: Connection,
    workspace_id: UUID,
    agent_session_id: UUID,
    agent_id: UUID,
    token_hash: bytes,
    user_agent: str,
    at: datetime,
    expires_at: datetime,
) -> None:
    """A new session of an agent."""
    await connection.execute(
        "insert into agent_session (workspace_id, agent_session_id, agent_id, token_hash, user_agent, created_at,"
        " seen_at, expires_at) values ($1, $2, $3, $4, $5, $6, $6, $7)",
        workspace_id, agent_session_id, agent_id, token_hash, user_agent, at, expires_at,
    )  # fmt: skip


async def signed_in_by_token(
    connection: Connection, workspace_id: UUID, token_hash: bytes, now: datetime
) -> SignedIn | None:
    """Whose session this is, if it lives and its agent is active."""
    sql = _LIVING + " and s.token_hash = $3"
    return await fetch_optional(connection, SignedIn, sql, workspace_id, now, token_hash)


async def signed_in_by_id(
    connection: Connection, workspace_id: UUID, agent_session_id: UUID, now: datetime
) -> SignedIn | None:
    """Whose session this is, if it lives and its agent is active."""
    sql = _LIVING + " and s.agent_session_id = $3"
    return await fetch_optional(connection, SignedIn, sql, workspace_id, now, agent_session_id)


async def slide(
    connection: Connection, workspace_id: UUID, agent_session_id: UUID, now: datetime, expires_at: datetime
) -> None:
    """The session was used now and lives until then."""
    await connection.execute(
        "update agent_session set seen_at = greatest(seen_at, $3), expires_at = greatest(expires_at, $4)"
        " where workspace_id = $1 and agent_session_id = $2 and ended_at is null",
        workspace_id, agent_session_id, now, expires_at,
    )  # fmt: skip


async def list_sessions(
    connection: Connection, workspace_id: UUID, agent_id: UUID, now: datetime
) -> list[Session]:
    """An agent's living sessions, the last used first."""
    sql = """
        select agent_session_id, user_agent, created_at, seen_at, expires_at from agent_session
         where workspace_id = $1 and agent_id = $2 and ended_at is null and expires_at > $3
         order by seen_at desc, agent_session_id desc
    """
    return await fetch(connection, Session, sql, workspace_id, agent_id, now)


async def end_sessions(
    connection: Connection,
    workspace_id: UUID,
    agent_id: UUID,
    now: datetime,
    only: UUID | None = None,
    but: UUID | None = None,
) -> list[UUID]:
    """End an agent's living sessions: `only` that one, or all `but` one. Gives the ids of those it ended."""
    rows = await connection.fetch(
        "update agent_session set ended_at = $3 where workspace_id = $1 and agent_id = $2 and ended_at is null"
        " and ($4::uuid is null or agent_session_id = $4) and ($5::uuid is null or agent_session_id <> $5)"
        " returning agent_session_id",
        workspace_id, agent_id, now, only, but,
    )  # fmt: skip
    return [row["agent_session_id"] for row in rows]


async def delete_dead(connection: Connection, workspace_id: UUID, before: datetime) -> None:
    """Sessions that ended or expired before a moment are deleted."""
    await connection.execute(
        "delete from agent_session where workspace_id = $1 and coalesce(ended_at, expires_at) < $2",
        workspace_id, before,
    )  # fmt: skip
