"""Snapshots: a conversation, its participants and its entries at one moment, for those who begin to follow it."""

from typing import NamedTuple
from uuid import UUID

from alongside.conversations import summary_store, transcript
from alongside.conversations.model import Participant, Summary
from alongside.conversations.participants import present
from alongside.conversations.transcript import TranscriptPage
from alongside.kit.actors import Actor
from alongside.storage import Connection

_NEWEST = 50
_CAUGHT_UP = transcript.LARGEST_PAGE


class ConversationSnapshot(NamedTuple):
    """A conversation as somebody sees it."""

    summary: Summary
    participants: list[Participant]
    page: TranscriptPage


async def take(
    connection: Connection, workspace_id: UUID, who: Actor, conversation_id: UUID, after: int | None
) -> ConversationSnapshot:
    """The conversation now, all of one moment: the first question of a reading transaction.

    With `after` the entries beyond it, or only the newest if those are more than 200; else the newest 50.
    Raises NotFound."""
    await connection.execute("set transaction isolation level repeatable read")
    summary, participants = await card(connection, workspace_id, who, conversation_id)
    page = await _beyond(connection, workspace_id, who, conversation_id, after, summary.last_seq)
    return ConversationSnapshot(summary, participants, page)


async def card(
    connection: Connection, workspace_id: UUID, who: Actor, conversation_id: UUID
) -> tuple[Summary, list[Participant]]:
    """A conversation without its entries. Raises NotFound."""
    participants = await present(connection, workspace_id, who, conversation_id)
    [summary] = await summary_store.of_ids(connection, workspace_id, who, [conversation_id])
    return summary, participants


async def _beyond(
    connection: Connection,
    workspace_id: UUID,
    who: Actor,
    conversation_id: UUID,
    after: int | None,
    last: int,
) -> TranscriptPage:
    if after is not None and after <= last:
        page = await transcript.page(
            connection, workspace_id, who, conversation_id, after=after, limit=_CAUGHT_UP
        )
        if not page.more:
            return page
    return await transcript.page(connection, workspace_id, who, conversation_id, limit=_NEWEST)
