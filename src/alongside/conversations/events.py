"""The facts that conversations announce."""

from uuid import UUID

from alongside.conversations.model import Holder
from alongside.kit.actors import Actor
from alongside.kit.events import Fact


class ConversationStarted(Fact, frozen=True):
    """A conversation began; its `started` entry has sequence 1."""

    conversation_id: UUID
    person_id: UUID
    inbox_id: UUID


class EntriesAppended(Fact, frozen=True):
    """Entries are in the journal. Each range: conversation, first and last sequence, both included."""

    ranges: list[tuple[UUID, int, int]]


class HandedOver(Fact, frozen=True):
    """It is somebody else's move now."""

    conversation_id: UUID
    to: Holder
    reason: str
    seq: int


class ConversationClosed(Fact, frozen=True):
    """Nothing is left to do, says `by`."""

    conversation_id: UUID
    by: Actor
    seq: int


class ConversationJoined(Fact, frozen=True):
    """An anonymous person's conversations are another's now, for we know who they are."""

    conversation_ids: list[UUID]
    anonymous_person_id: UUID
    person_id: UUID


FACTS: tuple[type[Fact], ...] = (
    ConversationStarted,
    EntriesAppended,
    HandedOver,
    ConversationClosed,
    ConversationJoined,
)
