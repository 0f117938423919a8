"""Handing over: the concierge brings in a human, with everything that was said and done."""

from uuid import UUID

from alongside.conversations import drafts, store
from alongside.conversations.access import lock_for
from alongside.conversations.events import HandedOver
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended, Conversation, Draft, Packet, derived_id
from alongside.conversations.reopening import reopened_by
from alongside.conversations.retries import first_try
from alongside.kit.actors import CONCIERGE, Actor
from alongside.storage import Connection, announce


async def hand_over(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    author: Actor,
    conversation_id: UUID,
    entry_id: UUID,
    reason: str,
    *,
    farewell: str | None = None,
    packet: Packet | None = None,
) -> Appended:
    """Put a conversation that the concierge holds into the queue. `author`: who wants it; `reason`: asked, unsure …

    First comes `farewell`, what the concierge says to the customer, then the handover, then the packet for
    whoever accepts. Where no concierge holds it any more nothing changes. A closed conversation is opened again.
    Raises NotFound, Conflict if the id is another author's."""
    conversation = await lock_for(connection, workspace_id, author, conversation_id)
    earlier = await first_try(connection, workspace_id, conversation_id, entry_id, author)
    if earlier:
        return earlier
    opening = await _opened(connection, workspace_id, conversation, author, entry_id)
    moving = await _moved(connection, workspace_id, conversation, author, entry_id, reason, farewell, packet)
    if not opening and not moving:
        return Appended(conversation.last_seq, conversation.last_entry_at, duplicate=True)
    entries = await journal.record(connection, workspace_id, opening + moving)
    landed = next((entry for entry in entries if entry.entry_id == entry_id), entries[-1])
    if moving:
        fact = HandedOver(conversation_id=conversation_id, to="queue", reason=reason, seq=landed.seq)
        await announce(connection, fact)
    return Appended(landed.seq, landed.at)


async def _opened(
    connection: Connection, workspace_id: UUID, conversation: Conversation, author: Actor, entry_id: UUID
) -> list[Draft]:
    if conversation.status == "open":
        return []
    return await reopened_by(connection, workspace_id, conversation, author, derived_id(entry_id, "reopened"))


async def _moved(
    connection: Connection,
    workspace_id: UUID,
    conversation: Conversation,
    author: Actor,
    entry_id: UUID,
    reason: str,
    farewell: str | None,
    packet: Packet | None,
) -> list[Draft]:
    if conversation.held_by != "concierge":
        return []
    conversation_id = conversation.conversation_id
    await store.set_holder(connection, workspace_id, conversation_id, "queue", None)
    moved = [drafts.handed_over(conversation_id, entry_id, author, "queue", reason)]
    if farewell:
        moved.insert(
            0, drafts.message(conversation_id, derived_id(entry_id, "farewell"), CONCIERGE, farewell)
        )
    if packet:
        moved.append(
            drafts.handoff_packet(conversation_id, derived_id(entry_id, "packet"), CONCIERGE, packet)
        )
    return moved
