"""Conversations over HTTP: the desk's lists and deeds, and the widget's own conversations."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from alongside.conversations import (
    accepting,
    assigning,
    closing,
    listing,
    reopening,
    snapshots,
    transcript,
)
from alongside.conversations.listing import Counts, Sort, View, Wanted
from alongside.conversations.model import FILES_LIMIT, TEXT_LIMIT, Appended, Participant, Status, Summary
from alongside.conversations.transcript import LARGEST_PAGE, TranscriptPage
from alongside.kit.actors import Actor
from alongside.team.model import SignedIn
from alongside.team.permissions import allows
from alongside.web.conversing import Said, act, note, send
from alongside.web.errors import problems
from alongside.web.lists import Cursor, Limit, Search
from alongside.web.rooms import Rooms
from alongside.web.security import for_agents

ROOM = "/api/conversations"
ONE = f"{ROOM}/{{conversation_id:uuid}}"
READ = for_agents("conversation.read")
TAGS = ["conversations"]

Sequence = Annotated[int | None, QueryParameter(ge=0, description="A sequence number of the journal.")]
PageSize = Annotated[
    int, QueryParameter(ge=1, le=LARGEST_PAGE, description="How many entries at most, 1 to 200.")
]
Text = Annotated[str, Meta(max_length=TEXT_LIMIT)]


class ConversationPage(msgspec.Struct, frozen=True):
    """A page of a list. `next_cursor` asks for what follows; `counts`: open conversations in each view."""

    items: list[Summary]
    next_cursor: str | None
    counts: Counts


class ConversationCard(msgspec.Struct, frozen=True):
    """One conversation and who takes part."""

    summary: Summary
    participants: list[Participant]


class Deed(msgspec.Struct, forbid_unknown_fields=True):
    """`entry_id`: the id of the entry that this leaves, made by you. The same again is harmless."""

    entry_id: UUID


class Assignment(msgspec.Struct, forbid_unknown_fields=True):
    """To whom; null puts the conversation into the queue."""

    entry_id: UUID
    agent_id: UUID | None


class Words(msgspec.Struct, forbid_unknown_fields=True):
    """A message or note: a text, files that were uploaded before, or both."""

    entry_id: UUID
    text: Text = ""
    files: Annotated[list[UUID], Meta(max_length=FILES_LIMIT)] = []


@get(ROOM, opt=READ, tags=TAGS, responses=problems(401, 403, 422))
async def list_conversations(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    view: FromQuery[View] = "all",
    status: FromQuery[Status | None] = None,
    q: Search = None,
    assignee_id: FromQuery[UUID | None] = None,
    person_id: FromQuery[UUID | None] = None,
    sort: FromQuery[Sort] = "newest",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ConversationPage:
    """The desk's lists, a page at a time. `view`: `mine`, `unassigned` (in the queue) or `all`. `q` is looked for in
    names and identifiers of customers and in the last message."""
    wanted = Wanted(
        view=view,
        status=status,
        q=q or "",
        assignee_id=assignee_id,
        person_id=person_id,
        sort=sort,
        cursor=cursor,
        limit=limit,
    )
    async with rooms.database.read(agent.workspace_id) as connection:
        page = await listing.listed(connection, agent.workspace_id, agent.agent_id, wanted)
        counts = await listing.counted(connection, agent.workspace_id, agent.agent_id)
    return ConversationPage(page.items, page.next_cursor, counts)


@get(ONE, opt=READ, tags=TAGS, responses=problems(401, 403, 404))
async def read_conversation(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], conversation_id: FromPath[UUID]
) -> ConversationCard:
    """One conversation."""
    async with rooms.database.read(agent.workspace_id) as connection:
        found = await snapshots.card(connection, agent.workspace_id, agent.actor, conversation_id)
    return ConversationCard(*found)


@get(f"{ONE}/entries", opt=READ, tags=TAGS, responses=problems(401, 403, 404, 422))
async def read_entries(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    conversation_id: FromPath[UUID],
    before: Sequence = None,
    after: Sequence = None,
    limit: PageSize = 50,
) -> TranscriptPage:
    """The journal, a page at a time: the newest entries before `before`, or the first after `after`."""
    return await _entries(rooms, agent.workspace_id, agent.actor, conversation_id, before, after, limit)


@post(
    f"{ONE}/messages",
    opt=for_agents("conversation.write"),
    tags=TAGS,
    responses=problems(401, 403, 404, 409, 422),
)
async def send_message(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    conversation_id: FromPath[UUID],
    data: JSONBody[Words],
) -> Appended:
    """Say something. An agent's first message makes them take part, and take what no agent has."""
    anywhere = allows(agent.role, "conversation.write_anywhere")
    said = _said(conversation_id, data)
    return await send(rooms, agent.workspace_id, agent.actor, said, may_join=anywhere)


@post(
    f"{ONE}/notes",
    opt=for_agents("conversation.note"),
    tags=TAGS,
    responses=problems(401, 403, 404, 409, 422),
)
async def leave_note(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    conversation_id: FromPath[UUID],
    data: JSONBody[Words],
) -> Appended:
    """Leave a note for the team; the customer never sees it."""
    return await note(rooms, agent.workspace_id, agent.actor, _said(conversation_id, data))


@post(
    f"{ONE}/accept", opt=for_agents("conversation.accept"), tags=TAGS, responses=problems(401, 403, 404, 409)
)
async def accept(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    conversation_id: FromPath[UUID],
    data: JSONBody[Deed],
) -> Appended:
    """Take a conversation that no agent has. Of several who try at once one succeeds, and the others get
    `already_taken`."""
    return await act(
        rooms, agent.workspace_id, accepting.accept, agent.agent_id, conversation_id, data.entry_id
    )


@post(
    f"{ONE}/assign",
    opt=for_agents("conversation.assign"),
    tags=TAGS,
    responses=problems(401, 403, 404, 409, 422),
)
async def assign(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    conversation_id: FromPath[UUID],
    data: JSONBody[Assignment],
) -> Appended:
    """Give a conversation to an agent, or back to the queue."""
    return await act(
        rooms,
        agent.workspace_id,
        assigning.assign,
        agent.actor,
        conversation_id,
        data.entry_id,
        data.agent_id,
    )


@post(f"{ONE}/close", opt=for_agents("conversation.close"), tags=TAGS, responses=problems(401, 403, 404, 409))
async def close(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    conversation_id: FromPath[UUID],
    data: JSONBody[Deed],
) -> Appended:
    """Close a conversation. A message into it opens it again."""
    return await act(rooms, agent.workspace_id, closing.close, agent.actor, conversation_id, data.entry_id)


@post(
    f"{ONE}/reopen", opt=for_agents("conversation.close"), tags=TAGS, responses=problems(401, 403, 404, 409)
)
async def reopen(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    conversation_id: FromPath[UUID],
    data: JSONBody[Deed],
) -> Appended:
    """Open a closed conversation again."""
    return await act(rooms, agent.workspace_id, reopening.reopen, agent.actor, conversation_id, data.entry_id)


async def _entries(
    rooms: Rooms,
    workspace_id: UUID,
    who: Actor,
    conversation_id: UUID,
    before: int | None,
    after: int | None,
    limit: int,
) -> TranscriptPage:
    async with rooms.database.read(workspace_id) as connection:
        return await transcript.page(
            connection, workspace_id, who, conversation_id, before=before, after=after, limit=limit
        )


def _said(conversation_id: UUID, words: Words) -> Said:
    return Said(conversation_id=conversation_id, entry_id=words.entry_id, text=words.text, files=words.files)


routes = [
    list_conversations,
    read_conversation,
    read_entries,
    send_message,
    leave_note,
    accept,
    assign,
    close,
    reopen,
]
