"""Parting: a visitor was wrongly taken for a person, and their conversations go back."""

from uuid import UUID

from alongside.conversations import participant_store, store
from alongside.kit.actors import person
from alongside.storage import Connection


async def part(
    connection: Connection, workspace_id: UUID, anonymous_person_id: UUID, person_id: UUID
) -> list[UUID]:
    """Give back the conversations that the person has from the anonymous one; gives their ids.

    In the transaction that undoes the join (people/joining.py). What was written meanwhile stays where it is.
    The edge takes the conversations' topics away from the person and touches them."""
    returning = await store.lock_that_came_from(connection, workspace_id, anonymous_person_id, person_id)
    ids = [conversation.conversation_id for conversation in returning]
    if ids:
        await store.give(connection, workspace_id, ids, anonymous_person_id)
        await participant_store.replace(
            connection, workspace_id, ids, person(person_id), person(anonymous_person_id)
        )
    return ids
