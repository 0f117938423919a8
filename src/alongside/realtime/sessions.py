"""Who is at the other end of a socket, and who may say so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from alongside.kit.actors import Actor

Audience = Literal["everyone", "team"]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in agent or a visitor's device, as the socket knows it.

    `actor` is a person or an agent and has an id. `session_id`: the agent's session or the visitor's device.
    `audience`: 'team' sees everything, 'everyone' sees what customers may see.
    """

    actor: Actor
    workspace_id: UUID
    workspace_slug: str
    workspace_name: str
    session_id: UUID
    audience: Audience
    name: str | None = None
    role: str | None = None
    expires_at: datetime | None = None


class Authenticator(Protocol):
    """Says who is there. Raises `kit.errors.Unauthenticated`, or `TooMany` to slow guessing."""

    async def by_cookie(self, headers: Mapping[str, str]) -> Session:
        """The agent whose session cookie is in the handshake's headers (names in lower case)."""
        ...

    async def by_token(self, token: str) -> Session:
        """The owner of a bearer token: a device (`dev_…`) or an agent's session (`ses_…`)."""
        ...

    async def alive(self, session: Session) -> bool:
        """Whether this session still stands: not ended, expired, forgotten, deactivated or another's now."""
        ...
