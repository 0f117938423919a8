"""Sending: what the journal's plain append declines, because something has to happen first.

Most messages never come here: `Journal.append` stores them. A message into a closed conversation opens it again;
an agent's first message makes them take part, and take the conversation if no agent has it.
"""

from collections.abc import Sequence
from uuid import UUID

from alongside.conversations import attaching, participant_store, store
from alongside.conversations.accepting import joined_by, taken_by
from alongside.conversations.access import lock_for
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended, Conversation, Draft, derived_id
from alongside.conversations.refusals import refusal
from alongside.conversations.reopening import reopened_by
from alongside.conversations.retries import first_try
from alongside.kit.errors import Forbidden
from alongside.storage import Connection


async def send(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    draft: Draft,
    *,
    may_join: bool = True,
) -> Appended:
    """Store a message or note with all that follows from it; gives where it landed.

    `may_join`: the author may write where they do not take part yet, and take what no agent has; without, only
    where they take part or are assigned. Raises NotFound, Forbidden, Conflict (the id is another author's),
    `Declined` if the concierge writes although somebody took over."""
    author = draft.author
    conversation = await lock_for(connection, workspace_id, author, draft.conversation_id)
    earlier = await first_try(connection, workspace_id, draft.conversation_id, draft.entry_id, author)
    if earlier:
        return earlier
    before = await _before(connection, workspace_id, conversation, draft, may_join)
    entries = await journal.record(connection, workspace_id, [*before, draft])
    await attaching.attach(connection, workspace_id, draft, entries[-1].seq)
    return Appended(entries[-1].seq, entries[-1].at)


async def _before(
    connection: Connection, workspace_id: UUID, conversation: Conversation, draft: Draft, may_join: bool
) -> Sequence[Draft]:
    """What has to happen first, as entries still to be recorded."""
    if draft.author.kind == "concierge" and (conversation.held_by, conversation.status) != (
        "concierge",
        "open",
    ):
        raise refusal("not_holding")
    if draft.kind != "message":
        return []
    before = await _open(connection, workspace_id, conversation, draft)
    if draft.author.kind == "agent":
        before += await _take_part(connection, workspace_id, draft, may_join)
    return before


async def _open(
    connection: Connection, workspace_id: UUID, conversation: Conversation, draft: Draft
) -> list[Draft]:
    if conversation.status == "open":
        return []
    reopened_id = derived_id(draft.entry_id, "reopened")
    return await reopened_by(connection, workspace_id, conversation, draft.author, reopened_id)


async def _take_part(connection: Connection, workspace_id: UUID, draft: Draft, may_join: bool) -> list[Draft]:
    conversation = await store.lock(connection, workspace_id, draft.conversation_id)
    agent_id = draft.author.id
    assert agent_id is not None
    if may_join and conversation.held_by != "agent":
        taken_id = derived_id(draft.entry_id, "assigned")
        return await taken_by(connection, workspace_id, conversation.conversation_id, agent_id, taken_id)
    if not may_join and conversation.assignee_id != agent_id:
        await _refuse_outsider(connection, workspace_id, draft)
    return await joined_by(connection, workspace_id, conversation.conversation_id, agent_id, draft.entry_id)


async def _refuse_outsider(connection: Connection, workspace_id: UUID, draft: Draft) -> None:
    if not await participant_store.takes_part(connection, workspace_id, draft.conversation_id, draft.author):
        raise Forbidden(
            message="You may write only where you take part.",
            hint="Ask the team to bring you in; leave a note.",
        )
