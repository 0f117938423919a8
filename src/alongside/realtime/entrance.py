"""What every client of a server shares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from alongside.kit.clock import Clock
from alongside.kit.errors import Forbidden
from alongside.realtime.commands import CommandRegistry
from alongside.realtime.hub import Hub
from alongside.realtime.limits import Limits
from alongside.realtime.quotas import NoQuotas, Quotas
from alongside.realtime.sessions import Authenticator, Session


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where clients come in: the hub, what they may ask for, and who knows them."""

    hub: Hub
    commands: CommandRegistry
    authenticator: Authenticator
    clock: Clock
    limits: Limits = field(default_factory=Limits)
    monotonic: Callable[[], float] = monotonic
    quotas: Quotas = field(default_factory=NoQuotas)

    async def who(self, token: str | None, headers: Mapping[str, str], own_origin: bool) -> Session:
        """The owner of the token, or without one of the handshake's cookie. Raises what the authenticator does."""
        if token is not None:
            return await self.authenticator.by_token(token)
        if not own_origin:
            raise Forbidden(
                message="A cookie counts only from this server's own pages.", hint="Send a token."
            )
        return await self.authenticator.by_cookie(headers)
