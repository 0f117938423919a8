"""The concierge's turn in a conversation: reads the journal under the row's lock, decides, writes.

All in one transaction, so a human who takes over is never spoken over: either the concierge's words were there
first, or it finds that it holds the conversation no longer. What it writes has ids derived from the entry that
it answers; to attend twice to the same is to answer once.
"""

from uuid import UUID

from alongside.automation.concierge.bringing import bring_human
from alongside.automation.concierge.deciding import fetched, first_thought, second_thought
from alongside.automation.concierge.model import Command, Fetch, Greet, HandOver, LookUp, Memory, Thought
from alongside.automation.concierge.recalling import Recollection, recall, told_language
from alongside.automation.concierge.speaking import message_of
from alongside.automation.concierge.surroundings import language_for, passage_at, passages_for, stage_for
from alongside.conversations import transcript
from alongside.conversations.access import lock_for
from alongside.conversations.journal import Journal
from alongside.conversations.model import Conversation, Draft, Entry, derived_id
from alongside.kit.actors import CONCIERGE
from alongside.storage import Connection

_MEMORY = transcript.LARGEST_PAGE


async def attend(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    conversation_id: UUID,
    *,
    ailing: bool = False,
) -> Command | None:
    """Say what there is to say, if it is the concierge's turn; gives what it did, None for nothing.

    `ailing`: it has failed at this before and should not think again, but bring in a human.
    Raises NotFound if there is no such conversation."""
    conversation = await lock_for(connection, workspace_id, CONCIERGE, conversation_id)
    if (conversation.held_by, conversation.status) != ("concierge", "open"):
        return None
    recalled = await recollect(connection, workspace_id, conversation)
    if recalled.trigger is None:
        return None
    command = HandOver("unsure") if ailing else await _decide(connection, workspace_id, recalled)
    await _carry_out(
        connection, journal, workspace_id, conversation, recalled.trigger, recalled.memory, command
    )
    return command


async def recollect(connection: Connection, workspace_id: UUID, conversation: Conversation) -> Recollection:
    """The conversation as its journal tells it, in the language that it is held in."""
    page = await transcript.page(
        connection, workspace_id, CONCIERGE, conversation.conversation_id, limit=_MEMORY
    )
    told = told_language(page.entries)
    return recall(page.entries, told or await language_for(connection, workspace_id, conversation.person_id))


async def _decide(connection: Connection, workspace_id: UUID, recalled: Recollection) -> Command:
    assert recalled.trigger is not None
    if recalled.trigger.kind == "started":
        return Greet()
    return await _thought_through(connection, workspace_id, first_thought(recalled.heard), recalled.memory)


async def _thought_through(
    connection: Connection, workspace_id: UUID, thought: Thought, memory: Memory
) -> Command:
    match thought:
        case LookUp(query):
            found = await passages_for(connection, workspace_id, query, memory.language)
            return second_thought(found, memory)
        case Fetch(slug):
            return fetched(await passage_at(connection, workspace_id, slug, memory.language))
        case decided:
            return decided


async def _carry_out(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    conversation: Conversation,
    trigger: Entry,
    memory: Memory,
    command: Command,
) -> None:
    stage = await stage_for(connection, workspace_id, conversation.person_id, memory.language)
    if isinstance(command, HandOver):
        await bring_human(
            connection, journal, workspace_id, conversation, derived_id(trigger.entry_id, "handover"), command,
            memory, stage,
        )  # fmt: skip
        return
    draft = Draft(
        conversation_id=conversation.conversation_id,
        entry_id=derived_id(trigger.entry_id, "concierge"),
        kind="message",
        audience="everyone",
        author=CONCIERGE,
        body=message_of(command, memory, stage),
    )
    await journal.record(connection, workspace_id, [draft])
