"""Joining: an anonymous person turned out to be somebody we know, and their conversations follow."""

from uuid import UUID

from alongside.conversations import drafts, file_store, participant_store, store, upload_store
from alongside.conversations.events import ConversationJoined
from alongside.conversations.journal import Journal
from alongside.conversations.model import Draft, derived_id
from alongside.kit.actors import person
from alongside.storage import Connection, announce


async def join(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    anonymous_person_id: UUID,
    person_id: UUID,
    name: str | None,
) -> list[UUID]:
    """Give all conversations of the anonymous person to the person, and the files they uploaded; gives the
    conversations' ids. Each notes `identified`.

    In the transaction that joins the people (people/identifying.py). Doing it again finds nothing to do. What the
    anonymous person starts at this very moment waits, and is refused: see `starting`."""
    await store.lock_person(connection, workspace_id, anonymous_person_id)
    await file_store.give(connection, workspace_id, person(anonymous_person_id), person(person_id))
    await upload_store.give(connection, workspace_id, person(anonymous_person_id), person(person_id))
    moving = await store.lock_of_person(connection, workspace_id, anonymous_person_id)
    ids = [conversation.conversation_id for conversation in moving]
    if not ids:
        return []
    await store.give(connection, workspace_id, ids, person_id)
    await participant_store.replace(
        connection, workspace_id, ids, person(anonymous_person_id), person(person_id)
    )
    await journal.record(connection, workspace_id, [_identified(each, person_id, name) for each in ids])
    fact = ConversationJoined(
        conversation_ids=ids, anonymous_person_id=anonymous_person_id, person_id=person_id
    )
    await announce(connection, fact)
    return ids


def _identified(conversation_id: UUID, person_id: UUID, name: str | None) -> Draft:
    return drafts.identified(conversation_id, derived_id(conversation_id, f"identified {person_id}"), name)
