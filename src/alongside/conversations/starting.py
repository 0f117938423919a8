"""Starting: a person opens a conversation."""

from uuid import UUID

from alongside.conversations import drafts, participant_store, store
from alongside.conversations.access import refuse_former
from alongside.conversations.events import ConversationStarted
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended, Page, derived_id
from alongside.conversations.retries import first_try
from alongside.kit.actors import person
from alongside.kit.errors import Conflict, Misconfigured
from alongside.storage import Connection, announce

WEB = "web"


async def start(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    person_id: UUID,
    conversation_id: UUID,
    *,
    page: Page | None = None,
    channel: str = WEB,
) -> Appended:
    """Open a conversation with an id that the client made; gives its first entry. A retry finds what is there.

    Raises Conflict if the id is somebody else's, Misconfigured if the workspace has no inbox of the channel, and
    Unavailable if the person has just turned out to be another: they should come back as that one."""
    inbox_id = await _inbox(connection, workspace_id, channel)
    who = person(person_id)
    started = drafts.started(conversation_id, derived_id(conversation_id, "started"), who, page)
    if not await store.insert(connection, workspace_id, conversation_id, inbox_id, person_id):
        return await _earlier(connection, workspace_id, started.entry_id, person_id, conversation_id)
    await refuse_former(connection, workspace_id, who)
    await participant_store.join(connection, workspace_id, conversation_id, who)
    [entry] = await journal.record(connection, workspace_id, [started])
    await announce(
        connection,
        ConversationStarted(conversation_id=conversation_id, person_id=person_id, inbox_id=inbox_id),
    )
    return Appended(entry.seq, entry.at)


async def _inbox(connection: Connection, workspace_id: UUID, channel: str) -> UUID:
    inbox_id = await store.inbox_of_channel(connection, workspace_id, channel)
    if inbox_id is None:
        raise Misconfigured(
            message="This workspace has no inbox of this channel.", hint=f"Make one for {channel!r}."
        )
    return inbox_id


async def _earlier(
    connection: Connection, workspace_id: UUID, started_id: UUID, person_id: UUID, conversation_id: UUID
) -> Appended:
    conversation = await store.lock(connection, workspace_id, conversation_id)
    found = await first_try(connection, workspace_id, conversation_id, started_id, person(person_id))
    if found is None or conversation.person_id != person_id:
        raise Conflict(message="There is another conversation with this id.", hint="Make a new id.")
    return found
