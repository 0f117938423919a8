"""Which facts wake whom here. Subscribers only ask for jobs, in the transaction in which they are told."""

from collections.abc import Mapping, Sequence

from alongside.automation.jobs import ATTEND, Attend
from alongside.conversations import unanswered
from alongside.conversations.events import ConversationStarted, EntriesAppended
from alongside.jobs import enqueue
from alongside.jobs.relay import Subscriber
from alongside.kit.events import Fact
from alongside.storage import Connection


async def greet(connection: Connection, facts: Sequence[ConversationStarted]) -> None:
    """Conversations began: the concierge greets."""
    for fact in facts:
        await enqueue(connection, ATTEND, Attend(fact.conversation_id))


async def answer(connection: Connection, facts: Sequence[EntriesAppended]) -> None:
    """Somebody wrote: where it is the concierge's turn, it answers.

    What is told together shares a job; what comes later asks for one of its own, for one that runs already may
    have read the journal before these entries."""
    workspace_id = connection.workspace_id
    assert workspace_id is not None
    touched = {conversation_id for fact in facts for conversation_id, _, _ in fact.ranges}
    for conversation_id in await unanswered.by_the_concierge(connection, workspace_id, touched):
        await enqueue(connection, ATTEND, Attend(conversation_id))


SUBSCRIBERS: Mapping[type[Fact], tuple[Subscriber, ...]] = {
    ConversationStarted: (greet,),
    EntriesAppended: (answer,),
}
