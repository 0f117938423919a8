"""Who does something: every write names its actor, nothing is implied by the surroundings."""

from typing import Literal
from uuid import UUID

import msgspec

ActorKind = Literal["person", "agent", "concierge", "system"]


class Actor(msgspec.Struct, frozen=True):
    """One who acts. Persons and agents have an id; the concierge and the system have none."""

    kind: ActorKind
    id: UUID | None = None


CONCIERGE = Actor("concierge")
SYSTEM = Actor("system")


def person(person_id: UUID) -> Actor:
    """The actor for a person by their id."""
    return Actor("person", person_id)


def agent(agent_id: UUID) -> Actor:
    """The actor for an agent by their id."""
    return Actor("agent", agent_id)
