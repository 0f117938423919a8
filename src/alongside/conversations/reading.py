"""Reading: how far somebody has read."""

from uuid import UUID

from alongside.conversations import participant_store
from alongside.conversations.access import find_for
from alongside.kit.actors import Actor
from alongside.storage import Connection


async def mark_read(
    connection: Connection, workspace_id: UUID, who: Actor, conversation_id: UUID, seq: int
) -> int:
    """They have read everything up to this number; gives the number noted, which never goes back and never
    beyond the last entry. Raises NotFound."""
    await find_for(connection, workspace_id, who, conversation_id)
    return await participant_store.set_read(connection, workspace_id, conversation_id, who, seq)
