"""The transcript: the entries of a conversation, as far as somebody may see them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from alongside.conversations import entry_store
from alongside.conversations.access import audience_of, find_for
from alongside.conversations.model import Entry
from alongside.kit.actors import Actor
from alongside.storage import Connection

LARGEST_PAGE = 200


class TranscriptPage(msgspec.Struct, frozen=True):
    """Entries in order. All that the asker may see in (after, upto] are here; `more`: there is more beyond, in
    the direction that was asked for."""

    entries: list[Entry]
    after: int
    upto: int
    more: bool


class Stretch(NamedTuple):
    """The entries of one conversation, of both audiences, in (after, upto]."""

    conversation_id: UUID
    after: int
    upto: int
    entries: list[Entry]


async def page(
    connection: Connection,
    workspace_id: UUID,
    who: Actor,
    conversation_id: UUID,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> TranscriptPage:
    """A page of a transcript: the first entries after a number if `after` is given, else the newest before
    `before` (None: the very newest). Raises NotFound."""
    conversation = await find_for(connection, workspace_id, who, conversation_id)
    last, limit = conversation.last_seq, max(1, min(limit, LARGEST_PAGE))
    if after is not None:
        return await _onwards(connection, workspace_id, who, conversation_id, after, limit, last)
    return await _backwards(connection, workspace_id, who, conversation_id, before, limit, last)


async def _onwards(
    connection: Connection,
    workspace_id: UUID,
    who: Actor,
    conversation_id: UUID,
    after: int,
    limit: int,
    last: int,
) -> TranscriptPage:
    found = await entry_store.following(
        connection, workspace_id, conversation_id, audience_of(who), after=after, upto=last, limit=limit + 1
    )
    entries, more = found[:limit], len(found) > limit
    return TranscriptPage(entries, after, entries[-1].seq if more else max(after, last), more)


async def _backwards(
    connection: Connection,
    workspace_id: UUID,
    who: Actor,
    conversation_id: UUID,
    before: int | None,
    limit: int,
    last: int,
) -> TranscriptPage:
    upto = last if before is None else min(before - 1, last)
    found = await entry_store.newest(
        connection, workspace_id, conversation_id, audience_of(who), upto=upto, limit=limit + 1
    )
    entries, more = found[-limit:], len(found) > limit
    return TranscriptPage(entries, entries[0].seq - 1 if more else 0, max(upto, 0), more)


async def stretches(
    connection: Connection, workspace_id: UUID, ranges: Sequence[tuple[UUID, int, int]], limit: int = 500
) -> list[Stretch]:
    """The entries of both audiences in ranges (conversation, after, upto]; at most `limit` of each, so that a
    stretch may end before its range does. For those who may see everything, and for the hub."""
    found = await entry_store.in_ranges(connection, workspace_id, ranges, limit)
    entries: dict[tuple[UUID, int], list[Entry]] = {}
    for conversation_id, after, entry in found:
        entries.setdefault((conversation_id, after), []).append(entry)
    return [
        Stretch(conversation_id, after, of_one[-1].seq, of_one)
        for (conversation_id, after), of_one in entries.items()
    ]
