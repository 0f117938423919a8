"""Participants: who takes part in a conversation, and how far each has read."""

from uuid import UUID

from alongside.conversations import participant_store
from alongside.conversations.access import find_for
from alongside.conversations.model import Participant
from alongside.kit.actors import Actor
from alongside.storage import Connection


async def present(
    connection: Connection, workspace_id: UUID, who: Actor, conversation_id: UUID
) -> list[Participant]:
    """Everybody who takes part now, in the order in which they came. Raises NotFound."""
    await find_for(connection, workspace_id, who, conversation_id)
    return await participant_store.current(connection, workspace_id, conversation_id)
