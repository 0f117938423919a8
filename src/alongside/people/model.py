"""People, how strongly we know who they are, and what they look at."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

IdentityKind = Literal["external", "email", "phone"]
Strength = Literal["claimed", "channel", "verified", "confirmed"]

PROVEN: tuple[Strength, ...] = ("verified", "confirmed")
SEEN_EVERY = timedelta(minutes=5)


class Visitor(msgspec.Struct, frozen=True):
    """Who asks with a device token: a device, and the person it belongs to now."""

    workspace_id: UUID
    device_id: UUID
    person_id: UUID
    name: str | None
    verified: bool
    seen_at: datetime


class Who(msgspec.Struct, frozen=True):
    """A person as they see themselves in the widget."""

    person_id: UUID
    name: str | None
    verified: bool


class NewDevice(msgspec.Struct, frozen=True):
    """A device just registered. `token` is shown this once; we keep only its hash."""

    token: str
    device_id: UUID
    person: Who


class Identity(msgspec.Struct, frozen=True):
    """One identifier of a person. `source` says who told us: `site` is the site's signed token."""

    identity_id: UUID
    kind: IdentityKind
    value: str
    strength: Strength
    source: str
    created_at: datetime


class PageView(msgspec.Struct, frozen=True):
    """One page somebody looked at; its address without secrets."""

    page_view_id: UUID
    url: str
    title: str
    viewed_at: datetime
    device_id: UUID


class PersonLine(msgspec.Struct, frozen=True):
    """A person as a list shows them."""

    person_id: UUID
    name: str | None
    verified: bool
    email: str | None
    phone: str | None
    locale: str | None
    created_at: datetime
    seen_at: datetime


class Join(msgspec.Struct, frozen=True):
    """An anonymous visitor who turned out to be a person; undone exactly by its id."""

    person_join_id: UUID
    anonymous_person_id: UUID
    person_id: UUID
    device_id: UUID
    joined_at: datetime


class Profile(msgspec.Struct, frozen=True):
    """What is known of a person: who they are, how we know, and where they are now. `joins`: who they were before
    they said so; `joined_to`: who they turned out to be, if this is an anonymous visitor who did."""

    person: PersonLine
    identities: list[Identity]
    joins: list[Join]
    joined_to: UUID | None
    present_page: PageView | None
    devices: int


def who(visitor: Visitor) -> Who:
    """The visitor as they see themselves."""
    return Who(visitor.person_id, visitor.name, visitor.verified)


def is_stale(seen_at: datetime, now: datetime) -> bool:
    """Whether it is time to note again that somebody was seen; not on every request."""
    return now - seen_at >= SEEN_EVERY
