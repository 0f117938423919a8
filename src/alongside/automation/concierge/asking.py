"""A person asks for a human by the button that is always there."""

from uuid import UUID

from alongside.automation.concierge.attending import recollect
from alongside.automation.concierge.bringing import bring_human
from alongside.automation.concierge.model import HandOver
from alongside.automation.concierge.surroundings import stage_for
from alongside.conversations.access import lock_for
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended
from alongside.kit.actors import person
from alongside.storage import Connection


async def ask_human(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    person_id: UUID,
    conversation_id: UUID,
    entry_id: UUID,
) -> Appended:
    """Hand a person's conversation over to the queue at their wish; `entry_id` becomes the handover's.

    Changes nothing where the concierge does not hold it. A retry finds the first try. Raises NotFound for
    somebody else's conversation, Conflict if the id is another author's."""
    who = person(person_id)
    conversation = await lock_for(connection, workspace_id, who, conversation_id)
    recalled = await recollect(connection, workspace_id, conversation)
    stage = await stage_for(connection, workspace_id, person_id, recalled.memory.language)
    return await bring_human(
        connection,
        journal,
        workspace_id,
        conversation,
        entry_id,
        HandOver("asked"),
        recalled.memory,
        stage,
        who,
    )
