"""Releasing: an agent leaves for good, and what they had goes back to the queue."""

from uuid import UUID

from alongside.conversations import store
from alongside.conversations.assigning import assign
from alongside.conversations.journal import Journal
from alongside.kit.actors import SYSTEM
from alongside.kit.ids import uuid7
from alongside.storage import Connection


async def release(connection: Connection, journal: Journal, workspace_id: UUID, agent_id: UUID) -> list[UUID]:
    """Put every conversation that is not closed and that this agent has into the queue; gives their ids.

    In the transaction that deactivates them. Closed ones go to the queue when they are opened again."""
    released = await store.open_of_agent(connection, workspace_id, agent_id)
    for conversation_id in released:
        await assign(connection, journal, workspace_id, SYSTEM, conversation_id, uuid7(), None)
    return released
