"""Closing: nothing is left to do."""

from uuid import UUID

from alongside.conversations import drafts, store
from alongside.conversations.events import ConversationClosed
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended
from alongside.conversations.retries import first_try
from alongside.kit.actors import Actor
from alongside.storage import Connection, announce


async def close(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    author: Actor,
    conversation_id: UUID,
    entry_id: UUID,
) -> Appended:
    """Close a conversation; whoever has it keeps it, in case it comes back. Closing a closed one changes nothing.

    Raises NotFound, Conflict if the id is another author's."""
    conversation = await store.lock(connection, workspace_id, conversation_id)
    earlier = await first_try(connection, workspace_id, conversation_id, entry_id, author)
    if earlier or conversation.status == "closed":
        return earlier or Appended(conversation.last_seq, conversation.last_entry_at, duplicate=True)
    [entry] = await journal.record(
        connection, workspace_id, [drafts.closed(conversation_id, entry_id, author)]
    )
    await store.set_closed(connection, workspace_id, conversation_id, entry.at)
    await announce(connection, ConversationClosed(conversation_id=conversation_id, by=author, seq=entry.seq))
    return Appended(entry.seq, entry.at)
