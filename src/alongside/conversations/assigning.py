"""Assigning: an agent gives a conversation to a colleague, to themselves, or back to the queue."""

from uuid import UUID

from alongside.conversations import drafts, participant_store, store
from alongside.conversations.accepting import joined_by
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended, Conversation, Draft, derived_id
from alongside.conversations.refusals import refusal
from alongside.conversations.retries import first_try
from alongside.kit.actors import Actor, agent
from alongside.kit.errors import Invalid
from alongside.storage import Connection
from alongside.team.permissions import allows


async def assign(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    by: Actor,
    conversation_id: UUID,
    entry_id: UUID,
    agent_id: UUID | None,
) -> Appended:
    """Make it this agent's, whoever has it now; None puts it into the queue. Who had it takes part no longer.

    Assigning to who has it changes nothing. Raises NotFound, Conflict (`closed`, or the id is another author's),
    Invalid if nobody here has this id, or their role may not write."""
    conversation = await store.lock(connection, workspace_id, conversation_id)
    earlier = await first_try(connection, workspace_id, conversation_id, entry_id, by)
    if earlier or _is_theirs(conversation, agent_id):
        return earlier or Appended(conversation.last_seq, conversation.last_entry_at, duplicate=True)
    if conversation.status == "closed":
        raise refusal("closed")
    name = await _name(connection, workspace_id, agent_id)
    await store.set_holder(
        connection, workspace_id, conversation_id, "agent" if agent_id else "queue", agent_id
    )
    changes = [
        drafts.assigned(conversation_id, entry_id, by, agent_id, name),
        *await _left(connection, workspace_id, conversation, entry_id),
        *await _joined(connection, workspace_id, conversation_id, entry_id, by, agent_id),
    ]
    entries = await journal.record(connection, workspace_id, changes)
    return Appended(entries[0].seq, entries[0].at)


def _is_theirs(conversation: Conversation, agent_id: UUID | None) -> bool:
    if agent_id is None:
        return conversation.held_by == "queue"
    return conversation.assignee_id == agent_id


async def _name(connection: Connection, workspace_id: UUID, agent_id: UUID | None) -> str | None:
    if agent_id is None:
        return None
    found = await store.active_agent(connection, workspace_id, agent_id)
    if found is None:
        raise _unfit("Nobody who works here has this id.")
    if not allows(found.role, "conversation.write"):
        raise _unfit("They may not write in conversations.")
    return found.name


def _unfit(why: str) -> Invalid:
    return Invalid(message="It cannot be assigned to this agent.", hint=why, fields={"agent_id": why})


async def _left(
    connection: Connection, workspace_id: UUID, conversation: Conversation, entry_id: UUID
) -> list[Draft]:
    if conversation.assignee_id is None:
        return []
    who, conversation_id = agent(conversation.assignee_id), conversation.conversation_id
    if not await participant_store.leave(connection, workspace_id, conversation_id, who):
        return []
    name = await store.agent_name(connection, workspace_id, conversation.assignee_id)
    return [drafts.left(conversation_id, derived_id(entry_id, "left"), who, name or "")]


async def _joined(
    connection: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    entry_id: UUID,
    by: Actor,
    agent_id: UUID | None,
) -> list[Draft]:
    """Who takes it themselves is there at once; a colleague joins with their first message."""
    if agent_id is None or by != agent(agent_id):
        return []
    return await joined_by(connection, workspace_id, conversation_id, agent_id, entry_id)
