"""Reopening: something is left to do after all."""

from uuid import UUID

from alongside.conversations import drafts, store
from alongside.conversations.access import lock_for
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended, Conversation, Draft, derived_id
from alongside.conversations.retries import first_try
from alongside.kit.actors import SYSTEM, Actor
from alongside.storage import Connection


async def reopen(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    author: Actor,
    conversation_id: UUID,
    entry_id: UUID,
) -> Appended:
    """Open a conversation again; it goes back to whoever had it, or to the queue if they have left.

    Reopening an open one changes nothing. Raises NotFound, Conflict if the id is another author's."""
    conversation = await lock_for(connection, workspace_id, author, conversation_id)
    earlier = await first_try(connection, workspace_id, conversation_id, entry_id, author)
    if earlier or conversation.status == "open":
        return earlier or Appended(conversation.last_seq, conversation.last_entry_at, duplicate=True)
    changes = await reopened_by(connection, workspace_id, conversation, author, entry_id)
    entries = await journal.record(connection, workspace_id, changes)
    return Appended(entries[0].seq, entries[0].at)


async def reopened_by(
    connection: Connection, workspace_id: UUID, conversation: Conversation, author: Actor, entry_id: UUID
) -> list[Draft]:
    """Open a locked conversation; gives the entries that are still to be recorded, the one with the id first."""
    conversation_id, assignee_id = conversation.conversation_id, conversation.assignee_id
    await store.set_open(connection, workspace_id, conversation_id)
    reopened = drafts.reopened(conversation_id, entry_id, author)
    if assignee_id is None or await store.active_agent(connection, workspace_id, assignee_id):
        return [reopened]
    await store.set_holder(connection, workspace_id, conversation_id, "queue", None)
    return [reopened, drafts.assigned(conversation_id, derived_id(entry_id, "assigned"), SYSTEM, None, None)]
