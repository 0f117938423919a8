"""Agents, what they may be, and their sessions."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from alongside.kit.actors import Actor

Role = Literal["administrator", "supervisor", "agent", "specialist", "viewer"]
ROLES: tuple[Role, ...] = ("administrator", "supervisor", "agent", "specialist", "viewer")

SESSION_LIFE = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)


class SignedIn(msgspec.Struct, frozen=True):
    """Who asks with a session cookie: an agent, their role now, and the session."""

    workspace_id: UUID
    agent_session_id: UUID
    agent_id: UUID
    name: str
    email: str
    role: Role
    locale: str | None
    seen_at: datetime
    expires_at: datetime

    @property
    def actor(self) -> Actor:
        """The agent as the one who acts."""
        return Actor("agent", self.agent_id)


class Agent(msgspec.Struct, frozen=True):
    """A member of the team."""

    agent_id: UUID
    email: str
    name: str
    role: Role
    locale: str | None
    created_at: datetime
    deactivated_at: datetime | None


class NewSession(msgspec.Struct, frozen=True):
    """A session just begun. `token` goes into the cookie and is kept only as a hash."""

    token: str
    signed_in: SignedIn


class Session(msgspec.Struct, frozen=True):
    """One of an agent's sessions, as they see it in a list."""

    agent_session_id: UUID
    user_agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def is_stale(seen_at: datetime, now: datetime) -> bool:
    """Whether it is time to note again that somebody was seen; not on every request."""
    return now - seen_at >= SEEN_EVERY
