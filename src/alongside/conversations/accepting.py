"""Accepting: an agent takes a conversation that no agent has. The first one wins."""

from uuid import UUID

from alongside.conversations import drafts, participant_store, store
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended, Conversation, Draft, derived_id
from alongside.conversations.refusals import already_taken, refusal
from alongside.conversations.retries import first_try
from alongside.kit.actors import agent
from alongside.kit.errors import Forbidden
from alongside.storage import Connection


async def accept(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    agent_id: UUID,
    conversation_id: UUID,
    entry_id: UUID,
) -> Appended:
    """Take a conversation from the queue or the concierge. Taking one's own again changes nothing.

    Raises Conflict `already_taken` (with who) if another agent has it, `closed` if it is closed, NotFound."""
    conversation = await store.lock(connection, workspace_id, conversation_id)
    earlier = await first_try(connection, workspace_id, conversation_id, entry_id, agent(agent_id))
    if earlier or conversation.assignee_id == agent_id:
        return earlier or Appended(conversation.last_seq, conversation.last_entry_at, duplicate=True)
    await _refuse_taken(connection, workspace_id, conversation)
    taken = await taken_by(connection, workspace_id, conversation_id, agent_id, entry_id)
    entries = await journal.record(connection, workspace_id, taken)
    return Appended(entries[0].seq, entries[0].at)


async def _refuse_taken(connection: Connection, workspace_id: UUID, conversation: Conversation) -> None:
    if conversation.assignee_id:
        raise already_taken(await store.agent_name(connection, workspace_id, conversation.assignee_id))
    if conversation.status == "closed":
        raise refusal("closed")


async def taken_by(
    connection: Connection, workspace_id: UUID, conversation_id: UUID, agent_id: UUID, entry_id: UUID
) -> list[Draft]:
    """Give a locked conversation to an agent, who takes part from now on; gives the entries still to be recorded,
    the one with the id first. Raises Forbidden if they do not work here any more."""
    name = await name_of(connection, workspace_id, agent_id)
    await store.set_holder(connection, workspace_id, conversation_id, "agent", agent_id)
    assigned = drafts.assigned(conversation_id, entry_id, agent(agent_id), agent_id, name)
    return [assigned, *await joined_by(connection, workspace_id, conversation_id, agent_id, entry_id)]


async def joined_by(
    connection: Connection, workspace_id: UUID, conversation_id: UUID, agent_id: UUID, entry_id: UUID
) -> list[Draft]:
    """Let an agent take part in a locked conversation; gives the entry still to be recorded, none if they did.

    Its id comes from that of the act by which they join."""
    who = agent(agent_id)
    if not await participant_store.join(connection, workspace_id, conversation_id, who):
        return []
    name = await name_of(connection, workspace_id, agent_id)
    return [drafts.joined(conversation_id, derived_id(entry_id, "joined"), who, name)]


async def name_of(connection: Connection, workspace_id: UUID, agent_id: UUID) -> str:
    """What an agent is called. Raises Forbidden if they do not work here any more."""
    found = await store.active_agent(connection, workspace_id, agent_id)
    if found is None:
        raise Forbidden(message="This agent does not work here any more.")
    return found.name
