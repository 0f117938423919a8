"""Bringing in a human: the customer is told first, and whoever comes gets everything along."""

from uuid import UUID

from alongside.automation.concierge.model import HandOver, Memory
from alongside.automation.concierge.packet import packet_of
from alongside.automation.concierge.speaking import message_of
from alongside.automation.concierge.stage import Stage
from alongside.conversations.handing_over import hand_over
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended, Conversation
from alongside.kit.actors import CONCIERGE, Actor
from alongside.storage import Connection


async def bring_human(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    conversation: Conversation,
    entry_id: UUID,
    command: HandOver,
    memory: Memory,
    stage: Stage,
    author: Actor = CONCIERGE,
) -> Appended:
    """Put a locked conversation into the queue, with words for the customer and the packet for the team.

    `author` is who wants it: the concierge itself, or the person who tapped. Raises what `hand_over` raises."""
    packet = packet_of(command, memory, stage)
    return await hand_over(
        connection,
        journal,
        workspace_id,
        author,
        conversation.conversation_id,
        entry_id,
        packet.reason,
        farewell=str(message_of(command, memory, stage)["text"]),
        packet=packet,
    )
