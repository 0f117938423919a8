"""Access: whose conversation it is. What an agent's role allows is settled before (team/permissions.py)."""

from uuid import UUID

from alongside.conversations import store
from alongside.conversations.model import Audience, Conversation
from alongside.conversations.refusals import no_conversation
from alongside.kit.actors import Actor
from alongside.kit.errors import Unavailable
from alongside.people import join_store
from alongside.storage import Connection


def refuse_stranger(conversation: Conversation, who: Actor) -> None:
    """Raises NotFound if a person asks for somebody else's conversation: they may not know that it exists."""
    if who.kind == "person" and conversation.person_id != who.id:
        raise no_conversation()


async def refuse_former(connection: Connection, workspace_id: UUID, who: Actor) -> None:
    """Raises Unavailable if this anonymous person has turned out to be somebody, who has their conversations now.
    Their device is on its way to connect as that one; then the same will work."""
    if who.id and await join_store.join_from(connection, workspace_id, who.id):
        raise Unavailable(message="You are known by your name now.", hint="Connect again, then repeat this.")


def audience_of(who: Actor) -> Audience:
    """Which entries somebody may see."""
    return "everyone" if who.kind == "person" else "team"


async def find_for(
    connection: Connection, workspace_id: UUID, who: Actor, conversation_id: UUID
) -> Conversation:
    """The conversation, if this one may read it. Raises NotFound."""
    conversation = await store.find(connection, workspace_id, conversation_id)
    refuse_stranger(conversation, who)
    return conversation


async def lock_for(
    connection: Connection, workspace_id: UUID, who: Actor, conversation_id: UUID
) -> Conversation:
    """The same, locked until the transaction ends."""
    conversation = await store.lock(connection, workspace_id, conversation_id)
    refuse_stranger(conversation, who)
    return conversation
