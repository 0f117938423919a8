"""The facts that this room announces."""

from uuid import UUID

from alongside.kit.events import Fact


class PersonJoined(Fact, frozen=True, kw_only=True):
    """An anonymous visitor turned out to be a person."""

    person_join_id: UUID
    anonymous_person_id: UUID
    person_id: UUID
    device_id: UUID


class JoinUndone(Fact, frozen=True, kw_only=True):
    """That was wrong: they are two again."""

    person_join_id: UUID
    anonymous_person_id: UUID
    person_id: UUID
    device_id: UUID


FACTS: tuple[type[Fact], ...] = (PersonJoined, JoinUndone)
