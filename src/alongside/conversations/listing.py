"""Listing: the desk's views of all conversations, page by page, and a person's own ones."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from alongside.conversations import list_store, summary_store
from alongside.conversations.model import Status, Summary
from alongside.kit.actors import Actor, person
from alongside.kit.paging import LARGEST_PAGE, Page, decode_cursor, encode_cursor, page_of
from alongside.storage import Connection

View = Literal["mine", "unassigned", "all"]
Sort = Literal["newest", "waiting", "created"]
OWN_LISTED = 100


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to list. `mine`: assigned to the asker; `unassigned`: in the queue. `q`: words in the customer's name
    or identifiers, or in the last message."""

    view: View = "all"
    status: Status | None = None
    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    assignee_id: UUID | None = None
    person_id: UUID | None = None
    sort: Sort = "newest"
    cursor: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAGE)] = 50


class Counts(msgspec.Struct, frozen=True):
    """How many open conversations each view has."""

    mine: int = 0
    unassigned: int = 0
    all: int = 0


async def listed(connection: Connection, workspace_id: UUID, asker: UUID, wanted: Wanted) -> Page[Summary]:
    """A page for an agent, by `sort`: newest entry first; longest waiting first, those who don't wait last; or newest
    conversation first. Rows that change meanwhile may move, but none is lost or shown twice because of others.
    Raises Invalid for a cursor of another order."""
    after = _place(wanted)
    found = await list_store.listed(
        connection,
        workspace_id,
        asker,
        assignee_id=asker if wanted.view == "mine" else wanted.assignee_id,
        queued=wanted.view == "unassigned",
        status=wanted.status,
        person_id=wanted.person_id,
        words=wanted.q.split(),
        sort=wanted.sort,
        after=after,
        limit=wanted.limit + 1,
    )
    return page_of(found, wanted.limit, _cursor(wanted.sort))


def _place(wanted: Wanted) -> list[Any] | None:
    if wanted.cursor is None:
        return None
    return decode_cursor(wanted.cursor, wanted.sort, datetime | None, datetime, UUID)


def _cursor(sort: Sort) -> Callable[[Summary], str]:
    def cursor(last: Summary) -> str:
        waiting = last.waiting_since if sort == "waiting" else None
        at = last.created_at if sort == "created" else last.last_entry_at
        return encode_cursor(sort, waiting, at, last.conversation_id)

    return cursor


async def counted(connection: Connection, workspace_id: UUID, asker: UUID) -> Counts:
    """How many open conversations this agent's views have."""
    return (await counted_for_all(connection, workspace_id))(asker)


async def counted_for_all(connection: Connection, workspace_id: UUID) -> Callable[[UUID], Counts]:
    """The same for every agent at once."""
    groups = await list_store.open_by_holder(connection, workspace_id)
    total = sum(groups.values())
    return lambda asker: Counts(groups.get(("agent", asker), 0), groups.get(("queue", None), 0), total)


async def own(connection: Connection, workspace_id: UUID, person_id: UUID) -> list[Summary]:
    """A person's conversations as they see them, newest entry first; the hundred newest."""
    return await summary_store.of_person(connection, workspace_id, person(person_id), person_id, OWN_LISTED)


async def of_person(
    connection: Connection, workspace_id: UUID, asker: Actor, person_id: UUID
) -> list[Summary]:
    """A person's conversations as an agent sees them, newest entry first; the hundred newest."""
    return await summary_store.of_person(connection, workspace_id, asker, person_id, OWN_LISTED)
