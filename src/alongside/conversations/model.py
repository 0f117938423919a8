"""What a conversation is made of: types and rules, no I/O."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec

from alongside.kit.actors import Actor, ActorKind

Status = Literal["open", "snoozed", "closed"]
Holder = Literal["concierge", "queue", "agent"]
Audience = Literal["everyone", "team"]

TEXT_LIMIT = 10_000
FILES_LIMIT = 20
PREVIEW_LENGTH = 160


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is to be written. `entry_id` is made by whoever has the idea, so a retry is harmless."""

    conversation_id: UUID
    entry_id: UUID
    kind: str
    audience: Audience
    author: Actor
    body: dict[str, Any]


class Entry(msgspec.Struct, frozen=True):
    """A line of the journal. `seq` counts from 1 without gaps in each conversation; `at` is in UTC."""

    seq: int
    entry_id: UUID
    kind: str
    audience: Audience
    author: Actor
    at: datetime
    body: dict[str, Any]


class Appended(msgspec.Struct, frozen=True):
    """Where a draft landed. `duplicate`: it had been there before, by an earlier try."""

    seq: int
    at: datetime
    duplicate: bool = False


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation's row as rules look at it."""

    conversation_id: UUID
    inbox_id: UUID
    person_id: UUID
    origin_person_id: UUID
    status: Status
    held_by: Holder
    assignee_id: UUID | None
    last_seq: int
    last_entry_at: datetime
    created_at: datetime
    closed_at: datetime | None


class PersonCard(msgspec.Struct, frozen=True):
    """Whose conversation it is. `verified`: we have proof of who they are."""

    person_id: UUID
    name: str | None
    verified: bool


class AgentCard(msgspec.Struct, frozen=True):
    """Whom it is assigned to."""

    agent_id: UUID
    name: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as lists show it. `unread` is for the one who asks."""

    conversation_id: UUID
    person: PersonCard
    inbox_id: UUID
    channel: str
    status: Status
    held_by: Holder
    assignee: AgentCard | None
    last_seq: int
    last_entry_at: datetime
    preview: str
    preview_author: ActorKind
    waiting_since: datetime | None
    created_at: datetime
    closed_at: datetime | None
    unread: int


class Participant(msgspec.Struct, frozen=True):
    """Somebody who takes part, and how far they have read."""

    kind: Literal["person", "agent"]
    id: UUID
    name: str | None
    read_seq: int


class Page(msgspec.Struct, frozen=True):
    """A page that the customer has before them."""

    url: str
    title: str = ""


class FileCard(msgspec.Struct, frozen=True):
    """A file as messages carry it. `size` in bytes."""

    file_id: UUID
    name: str
    media_type: str
    size: int


class Choice(msgspec.Struct, frozen=True):
    """A quick reply that is offered."""

    id: str
    label: str


class Source(msgspec.Struct, frozen=True):
    """Where an answer comes from."""

    title: str
    url: str | None = None


class Packet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What whoever takes over should know at a glance. `confidence` between 0 and 1."""

    summary: str
    last_question: str
    reason: str
    pages: Sequence[Page] = ()
    intent: str | None = None
    confidence: float | None = None


def derived_id(entry_id: UUID, part: str) -> UUID:
    """The id of a further entry that the same command leaves, the same for every retry."""
    return uuid5(entry_id, part)


def topic(conversation_id: UUID) -> str:
    """The name under which a conversation is followed."""
    return f"conversation:{conversation_id}"


def preview_of(body: dict[str, Any]) -> str:
    """What a list shows of a message: the beginning of its text, or the name of its first file."""
    files = body.get("files") or [{}]
    return str(body.get("text") or files[0].get("name", ""))[:PREVIEW_LENGTH]
