"""The table `conversation`: single rows, read under a lock and changed. Lists are in `list_store`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from alongside.conversations.model import Conversation, Holder
from alongside.conversations.refusals import no_conversation
from alongside.storage import Connection, fetch, fetch_optional
from alongside.team.model import Role


class Colleague(msgspec.Struct, frozen=True):
    """An agent, as far as conversations need to know them."""

    name: str
    role: Role


_CONVERSATION = """
    select conversation_id, inbox_id, person_id, origin_person_id, status, held_by, assignee_id, last_seq,
           last_entry_at, created_at, closed_at
      from conversation where workspace_id = $1
"""


async def insert(
    connection: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    inbox_id: UUID,
    person_id: UUID,
) -> bool:
    """A new conversation, without an entry yet. False if there is one with this id."""
    done = await connection.execute(
        "insert into conversation (workspace_id, conversation_id, inbox_id, person_id, origin_person_id)"
        " values ($1, $2, $3, $4, $4) on conflict do nothing",
        workspace_id, conversation_id, inbox_id, person_id,
    )  # fmt: skip
    return done == "INSERT 0 1"


async def find(connection: Connection, workspace_id: UUID, conversation_id: UUID) -> Conversation:
    """A conversation as it is. Raises NotFound."""
    found = await fetch_optional(
        connection, Conversation, _CONVERSATION + " and conversation_id = $2", workspace_id, conversation_id
    )
    return _there(found)


async def lock(connection: Connection, workspace_id: UUID, conversation_id: UUID) -> Conversation:
    """A conversation as it is and stays until this transaction ends. Raises NotFound."""
    found = await fetch_optional(
        connection,
        Conversation,
        _CONVERSATION + " and conversation_id = $2 for no key update",
        workspace_id,
        conversation_id,
    )
    return _there(found)


async def lock_person(connection: Connection, workspace_id: UUID, person_id: UUID) -> None:
    """Nobody refers anew to this person until the transaction ends."""
    await connection.execute(
        "select from person where workspace_id = $1 and person_id = $2 for update", workspace_id, person_id
    )


async def lock_of_person(connection: Connection, workspace_id: UUID, person_id: UUID) -> list[Conversation]:
    """All conversations of a person, locked in the order of their ids."""
    return await fetch(
        connection,
        Conversation,
        _CONVERSATION + " and person_id = $2 order by conversation_id for no key update",
        workspace_id,
        person_id,
    )


async def lock_that_came_from(
    connection: Connection, workspace_id: UUID, origin_person_id: UUID, person_id: UUID
) -> list[Conversation]:
    """The conversations that a person has from another they turned out to be, locked as by `lock_of_person`."""
    return await fetch(
        connection,
        Conversation,
        _CONVERSATION
        + " and person_id = $2 and origin_person_id = $3 order by conversation_id for no key update",
        workspace_id,
        person_id,
        origin_person_id,
    )


async def set_holder(
    connection: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    held_by: Holder,
    assignee_id: UUID | None,
) -> None:
    """Whose move it is; an assignee exactly if an agent's."""
    await connection.execute(
        "update conversation set held_by = $3, assignee_id = $4 where workspace_id = $1 and conversation_id = $2",
        workspace_id, conversation_id, held_by, assignee_id,
    )  # fmt: skip


async def set_closed(connection: Connection, workspace_id: UUID, conversation_id: UUID, at: datetime) -> None:
    """Nothing is left to do."""
    await connection.execute(
        "update conversation set status = 'closed', closed_at = $3"
        " where workspace_id = $1 and conversation_id = $2",
        workspace_id, conversation_id, at,
    )  # fmt: skip


async def set_open(connection: Connection, workspace_id: UUID, conversation_id: UUID) -> None:
    """Something is left to do."""
    await connection.execute(
        "update conversation set status = 'open', closed_at = null where workspace_id = $1 and conversation_id = $2",
        workspace_id, conversation_id,
    )  # fmt: skip


async def open_of_agent(connection: Connection, workspace_id: UUID, agent_id: UUID) -> list[UUID]:
    """The conversations of an agent in which something is left to do, by id."""
    rows = await connection.fetch(
        "select conversation_id from conversation where workspace_id = $1 and assignee_id = $2"
        " and status <> 'closed' order by conversation_id",
        workspace_id, agent_id,
    )  # fmt: skip
    return [row["conversation_id"] for row in rows]


async def give(
    connection: Connection, workspace_id: UUID, conversation_ids: Sequence[UUID], person_id: UUID
) -> None:
    """These conversations are another person's now; whose they were at first stays written."""
    await connection.execute(
        "update conversation set person_id = $3 where workspace_id = $1 and conversation_id = any ($2::uuid[])",
        workspace_id, conversation_ids, person_id,
    )  # fmt: skip


async def inbox_of_channel(connection: Connection, workspace_id: UUID, channel: str) -> UUID | None:
    """The oldest inbox of a channel."""
    found: UUID | None = await connection.fetchval(
        "select inbox_id from inbox where workspace_id = $1 and channel = $2 order by created_at, inbox_id limit 1",
        workspace_id, channel,
    )  # fmt: skip
    return found


async def active_agent(connection: Connection, workspace_id: UUID, agent_id: UUID) -> Colleague | None:
    """An agent, if they still work here."""
    return await fetch_optional(
        connection,
        Colleague,
        "select name, role from agent where workspace_id = $1 and agent_id = $2 and deactivated_at is null",
        workspace_id,
        agent_id,
    )


async def agent_name(connection: Connection, workspace_id: UUID, agent_id: UUID) -> str | None:
    """The name of an agent, whether or not they still work here."""
    name: str | None = await connection.fetchval(
        "select name from agent where workspace_id = $1 and agent_id = $2", workspace_id, agent_id
    )
    return name


async def heads(
    connection: Connection, workspace_id: UUID, conversation_ids: Sequence[UUID]
) -> dict[UUID, int]:
    """The last sequence number of each of these conversations; those that are not there are left out."""
    rows = await connection.fetch(
        "select conversation_id, last_seq from conversation"
        " where workspace_id = $1 and conversation_id = any ($2::uuid[])",
        workspace_id, conversation_ids,
    )  # fmt: skip
    return {row["conversation_id"]: row["last_seq"] for row in rows}


async def open_of_person(connection: Connection, workspace_id: UUID, person_id: UUID) -> list[UUID]:
    """The conversations of a person in which something is left to do."""
    rows = await connection.fetch(
        "select conversation_id from conversation where workspace_id = $1 and person_id = $2 and status <> 'closed'",
        workspace_id, person_id,
    )  # fmt: skip
    return [row["conversation_id"] for row in rows]


def _there(found: Conversation | None) -> Conversation:
    if found is None:
        raise no_conversation()
    return found
