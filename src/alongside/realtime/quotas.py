"""What several connections share: the quotas of a device, a person, an address, a workspace."""

from typing import Protocol

from alongside.realtime import protocol
from alongside.realtime.commands import CommandRegistry
from alongside.realtime.sessions import Session


class Quota(Protocol):
    """One session's part in them. `kind` is `command`, `start` (a command that begins a conversation) or
    `subscribe`."""

    def ask(self, kind: str) -> float:
        """Take one. 0.0 if there was one, else the seconds until another try makes sense."""
        ...

    def charge(self, kind: str) -> None:
        """Take one, whether it is there or not."""
        ...


class Quotas(Protocol):
    """Says who may go on."""

    def of(self, session: Session, address: str) -> Quota:
        """The part of a session that is connected from this address."""
        ...


class NoQuotas:
    """Everybody may. Is every session's `Quota` as well."""

    def of(self, session: Session, address: str) -> "NoQuotas":
        """The same for all."""
        return self

    def ask(self, kind: str) -> float:
        """Always 0.0."""
        return 0.0

    def charge(self, kind: str) -> None:
        """Nothing is counted."""


def kind_of(request: protocol.Action, commands: CommandRegistry) -> str:
    """Of what a request takes; empty if it is free."""
    if isinstance(request, protocol.Run):
        return commands.quota_of(request.name)
    return "subscribe" if isinstance(request, protocol.Follow) else ""
