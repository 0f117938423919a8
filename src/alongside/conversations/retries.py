"""Retries: a command that has been done before is answered as the first time and does nothing."""

from uuid import UUID

from alongside.conversations import entry_store
from alongside.conversations.model import Appended
from alongside.conversations.refusals import refusal
from alongside.kit.actors import Actor
from alongside.storage import Connection


async def first_try(
    connection: Connection, workspace_id: UUID, conversation_id: UUID, entry_id: UUID, author: Actor
) -> Appended | None:
    """Where the entry landed that an earlier try of this command left; None if this is the first.

    Ask under the conversation's lock. Raises Conflict if the id is another author's. Persons of a conversation
    count as one: who was anonymous at the first try may be known by now."""
    entry = await entry_store.by_id(connection, workspace_id, conversation_id, entry_id)
    if entry is None:
        return None
    if entry.author.kind != author.kind or (author.kind != "person" and entry.author.id != author.id):
        raise refusal("conflict")
    return Appended(entry.seq, entry.at, duplicate=True)
