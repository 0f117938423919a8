"""The table `agent`."""

from datetime import datetime
from uuid import UUID

import msgspec

from alongside.storage import Connection, fetch, fetch_optional
from alongside.team.model import Agent, Role

_AGENT = "select agent_id, email, name, role, locale, created_at, deactivated_at from agent where workspace_id = $1"


class Credentials(msgspec.Struct, frozen=True):
    """An active agent and the hash of their password."""

    agent_id: UUID
    password_hash: str


async def insert_agent(connection: Connection, workspace_id: UUID, agent: Agent, password_hash: str) -> None:
    """A new agent. Raises Conflict if the e-mail address is taken."""
    await connection.execute(
        "insert into agent (workspace_id, agent_id, email, name, role, locale, created_at, password_hash)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        workspace_id, agent.agent_id, agent.email, agent.name, agent.role, agent.locale, agent.created_at,
        password_hash,
    )  # fmt: skip


async def update_agent(connection: Connection, workspace_id: UUID, agent: Agent) -> None:
    """The agent is like this now."""
    await connection.execute(
        "update agent set name = $3, role = $4, locale = $5, deactivated_at = $6"
        " where workspace_id = $1 and agent_id = $2",
        workspace_id, agent.agent_id, agent.name, agent.role, agent.locale, agent.deactivated_at,
    )  # fmt: skip


async def set_password(
    connection: Connection, workspace_id: UUID, agent_id: UUID, password_hash: str
) -> None:
    """The agent has this password now."""
    await connection.execute(
        "update agent set password_hash = $3 where workspace_id = $1 and agent_id = $2",
        workspace_id, agent_id, password_hash,
    )  # fmt: skip


async def agent_by_id(
    connection: Connection, workspace_id: UUID, agent_id: UUID, *, lock: bool = False
) -> Agent | None:
    """An agent, active or not; locked until the transaction ends if wished."""
    sql = _AGENT + " and agent_id = $2" + (" for update" if lock else "")
    return await fetch_optional(connection, Agent, sql, workspace_id, agent_id)


async def credentials_by_email(connection: Connection, workspace_id: UUID, email: str) -> Credentials | None:
    """The active agent with this address."""
    sql = """
        select agent_id, password_hash from agent
         where workspace_id = $1 and email = $2 and deactivated_at is null
    """
    return await fetch_optional(connection, Credentials, sql, workspace_id, email)


async def password_hash_of(connection: Connection, workspace_id: UUID, agent_id: UUID) -> str | None:
    """The hash of an active agent's password."""
    value: str | None = await connection.fetchval(
        "select password_hash from agent where workspace_id = $1 and agent_id = $2 and deactivated_at is null",
        workspace_id, agent_id,
    )  # fmt: skip
    return value


async def lock_administrators(connection: Connection, workspace_id: UUID) -> set[UUID]:
    """The active administrators; nobody else changes one of them until the transaction ends."""
    rows = await connection.fetch(
        "select agent_id from agent where workspace_id = $1 and role = 'administrator' and deactivated_at is null"
        " order by agent_id for update",
        workspace_id,
    )  # fmt: skip
    return {row["agent_id"] for row in rows}


async def agents_page(
    connection: Connection,
    workspace_id: UUID,
    q: str | None,
    role: Role | None,
    active: bool | None,
    column: str,
    descending: bool,
    place: tuple[str | datetime, UUID] | None,
    limit: int,
) -> list[Agent]:
    """Agents in the order of a column (`name` or `created_at`, and their id), from behind a place."""
    compare, order = ("<", "desc") if descending else (">", "asc")
    kind = {"name": "text", "created_at": "timestamptz"}[column]
    sql = f"""{_AGENT}
           and ($2::text is null or strpos(lower(name), $2) > 0 or strpos(email, $2) > 0)
           and ($3::text is null or role = $3)
           and ($4::bool is null or (deactivated_at is null) = $4)
           and ($5::{kind} is null or ({column}, agent_id) {compare} ($5, $6::uuid))
         order by {column} {order}, agent_id {order} limit $7
    """
    at, agent_id = place or (None, None)
    return await fetch(
        connection, Agent, sql, workspace_id, q.lower() if q else None, role, active, at, agent_id, limit
    )
