"""The facts that this room announces."""

from uuid import UUID

from alongside.kit.events import Fact


class AgentChanged(Fact, frozen=True, kw_only=True):
    """A member of the team was added, changed, deactivated or came back."""

    agent_id: UUID


FACTS: tuple[type[Fact], ...] = (AgentChanged,)
