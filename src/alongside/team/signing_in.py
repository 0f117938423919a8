"""Signing in, in three steps, since a password is looked at outside any transaction: `begin_attempt` (committed),
`passwords.matches` with what `credentials` found, then `succeed` or `fail` (committed)."""

from datetime import datetime
from uuid import UUID

from alongside.kit.actors import SYSTEM, Actor
from alongside.kit.errors import Unauthenticated
from alongside.storage import Connection
from alongside.team import agent_store, agents, audit, guessing, sessions
from alongside.team.agent_store import Credentials
from alongside.team.model import NewSession


def typed_email(text: str) -> str:
    """What was typed, as it is compared: at most 254 characters in lower case. Never refused: a wrong address is
    a wrong sign-in like any other."""
    return text.strip().lower()[:254].replace("\x00", "")


async def begin_attempt(
    connection: Connection, workspace_id: UUID, email: str, address: str, key: bytes, now: datetime
) -> UUID:
    """Let an attempt through, or raise TooMany. See guessing.begin_attempt."""
    return await guessing.begin_attempt(connection, workspace_id, email, address, key, now)


async def credentials(connection: Connection, workspace_id: UUID, email: str) -> Credentials | None:
    """Whose address it is, if an active agent's."""
    return await agent_store.credentials_by_email(connection, workspace_id, email)


async def succeed(
    connection: Connection,
    workspace_id: UUID,
    attempt: UUID,
    email: str,
    key: bytes,
    agent_id: UUID,
    user_agent: str,
    now: datetime,
    new_hash: str | None = None,
) -> NewSession:
    """The password was right: a session begins. `new_hash`: the password hashed anew, if the old hash is outdated."""
    await guessing.succeeded(connection, workspace_id, attempt, email, key)
    agent = await agents.find(connection, workspace_id, agent_id)
    if agent.deactivated_at:
        raise wrong()
    if new_hash:
        await agent_store.set_password(connection, workspace_id, agent_id, new_hash)
    session = await sessions.begin(connection, workspace_id, agent, user_agent, now)
    subject = ("session", session.signed_in.agent_session_id)
    await audit.record(
        connection, workspace_id, Actor("agent", agent_id), "session.signed_in", subject, now=now
    )
    return session


async def fail(connection: Connection, workspace_id: UUID, agent_id: UUID | None, now: datetime) -> None:
    """The password was wrong, or nobody has the address (then there is no `agent_id`)."""
    subject = ("agent", agent_id) if agent_id else ("", None)
    await audit.record(connection, workspace_id, SYSTEM, "session.sign_in_failed", subject, now=now)


def wrong() -> Unauthenticated:
    """The same error for a wrong password, an unknown address and a deactivated agent."""
    return Unauthenticated(
        "wrong_credentials",
        "This e-mail address and password do not fit together.",
        "Check both, then try again.",
    )
