"""Snapshots: a conversation, its participants and its entries at one moment, for those who begin to follow it."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from alongside.conversations import catching_up, participant_store, summary_store
from alongside.conversations.catching_up import Wanted
from alongside.conversations.model import Participant, Summary
from alongside.conversations.participants import present
from alongside.conversations.refusals import no_conversation
from alongside.conversations.transcript import TranscriptPage
from alongside.kit.actors import Actor
from alongside.storage import Connection


class ConversationSnapshot(NamedTuple):
    """A conversation as somebody sees it."""

    summary: Summary
    participants: list[Participant]
    page: TranscriptPage


class Asked(NamedTuple):
    """Who wants to follow which conversation, and holds everything up to `after` (None: nothing)."""

    who: Actor
    conversation_id: UUID
    after: int | None


async def take(
    connection: Connection, workspace_id: UUID, who: Actor, conversation_id: UUID, after: int | None
) -> ConversationSnapshot:
    """One conversation, as `take_each`. Raises NotFound."""
    [taken] = await take_each(connection, workspace_id, [Asked(who, conversation_id, after)])
    if taken is None:
        raise no_conversation()
    return taken


async def take_each(
    connection: Connection, workspace_id: UUID, asked: Sequence[Asked]
) -> list[ConversationSnapshot | None]:
    """Each conversation now, as its asker sees it, all of one moment: the first question of a reading transaction.
    None for one that is not there, or that its asker may not know of.

    With `after` the entries beyond it, or only the newest if those are more than 200; else the newest 50."""
    await connection.execute("set transaction isolation level repeatable read")
    found = await summary_store.for_each(
        connection, workspace_id, [(each.who, each.conversation_id) for each in asked]
    )
    shown = {place: summary for place, summary in found.items() if _may_see(asked[place].who, summary)}
    participants = await participant_store.current_in(
        connection, workspace_id, [asked[place].conversation_id for place in shown]
    )
    wanted = [Wanted(*asked[place], summary.last_seq) for place, summary in shown.items()]
    pages = dict(zip(shown, await catching_up.pages(connection, workspace_id, wanted), strict=True))
    return [
        ConversationSnapshot(shown[place], participants[each.conversation_id], pages[place])
        if place in shown
        else None
        for place, each in enumerate(asked)
    ]


def _may_see(who: Actor, summary: Summary) -> bool:
    """As access.refuse_stranger."""
    return who.kind != "person" or summary.person.person_id == who.id


async def card(
    connection: Connection, workspace_id: UUID, who: Actor, conversation_id: UUID
) -> tuple[Summary, list[Participant]]:
    """A conversation without its entries. Raises NotFound."""
    participants = await present(connection, workspace_id, who, conversation_id)
    [summary] = await summary_store.of_ids(connection, workspace_id, who, [conversation_id])
    return summary, participants
