"""Conversations as lists show them: one query, whoever asks and whatever is asked for.

Reads the names of persons and agents from the tables of the rooms below; it writes none of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from alongside.conversations.model import AgentCard, PersonCard, Summary
from alongside.kit.actors import Actor
from alongside.storage import Connection

# $1 workspace, `kind` and `asker`: who asks; `picked`: the rows of `conversation` to show, as a subquery, so that
# nothing is looked up for rows that are not shown; `also`: further columns of it. Unread is counted in the last 300
# entries, and to 100: the same work for a conversation of any length. Where to begin is computed behind an `offset 0`:
# a subtraction might fail on a row that the fence hides, so within the look-up it could not use the index, and whole
# conversations were read.
_SUMMARIES = """
    select c.conversation_id, c.inbox_id, i.channel, c.status, c.held_by, c.last_seq, c.last_entry_at, c.preview,
           c.preview_author, c.waiting_since, c.created_at, c.closed_at, c.person_id, h.name as person_name,
           exists (select from identity d where d.workspace_id = $1 and d.person_id = c.person_id
                   and d.kind = 'external' and d.strength in ('verified', 'confirmed')) as verified,
           c.assignee_id, a.name as assignee_name, u.unread{also}
      from ({picked}) c
      join inbox i on i.workspace_id = $1 and i.inbox_id = c.inbox_id
      join person h on h.workspace_id = $1 and h.person_id = c.person_id
      left join agent a on a.workspace_id = $1 and a.agent_id = c.assignee_id
      left join participant p on p.workspace_id = $1 and p.conversation_id = c.conversation_id
           and p.kind = {kind} and p.participant_id = {asker}
      cross join lateral (select greatest(coalesce(p.read_seq, 0), c.last_seq - 300) as seq offset 0) since
      cross join lateral (
          select count(*) as unread from (
              select from entry e
               where e.workspace_id = $1 and e.conversation_id = c.conversation_id and e.seq > since.seq
                 and e.kind = 'message' and e.audience = 'everyone'
                 and (e.author_kind = 'person') = ({kind} = 'agent')
                 and ({kind} = 'person' or c.assignee_id = {asker} or (p.joined_at is not null and p.left_at is null))
               order by e.seq limit 100
          ) counted
      ) u
"""


def summaries(picked: str) -> str:
    """The query for the summaries of picked conversations, in no order."""
    return _SUMMARIES.format(picked=picked, kind="$2", asker="$3", also="")


def summary(row: Any) -> Summary:
    """A row of `summaries`."""
    assignee_id = row["assignee_id"]
    return Summary(
        conversation_id=row["conversation_id"],
        person=PersonCard(row["person_id"], row["person_name"], row["verified"]),
        inbox_id=row["inbox_id"],
        channel=row["channel"],
        status=row["status"],
        held_by=row["held_by"],
        assignee=AgentCard(assignee_id, row["assignee_name"]) if assignee_id else None,
        last_seq=row["last_seq"],
        last_entry_at=row["last_entry_at"],
        preview=row["preview"],
        preview_author=row["preview_author"],
        waiting_since=row["waiting_since"],
        created_at=row["created_at"],
        closed_at=row["closed_at"],
        unread=row["unread"],
    )


async def of_ids(
    connection: Connection, workspace_id: UUID, who: Actor, conversation_ids: Sequence[UUID]
) -> list[Summary]:
    """These conversations as this one sees them, in no order; those that are not there are left out."""
    rows = await connection.fetch(
        summaries(
            "select * from conversation where workspace_id = $1 and conversation_id = any ($4::uuid[])"
        ),
        workspace_id,
        who.kind,
        who.id,
        conversation_ids,
    )
    return [summary(row) for row in rows]


async def for_each(
    connection: Connection, workspace_id: UUID, asked: Sequence[tuple[Actor, UUID]]
) -> dict[int, Summary]:
    """Conversations, each as its own asker sees it, by its place in `asked`; those that are not there are left out."""
    rows = await connection.fetch(
        _FOR_EACH,
        workspace_id,
        [who.kind for who, _ in asked],
        [who.id for who, _ in asked],
        [conversation_id for _, conversation_id in asked],
    )
    return {row["place"] - 1: summary(row) for row in rows}


# Each is looked up by its key, however many a planner expects.
_FOR_EACH = _SUMMARIES.format(
    picked="""
        select g.place, g.kind as asker_kind, g.id as asker_id, c.*
          from unnest($2::text[], $3::uuid[], $4::uuid[]) with ordinality as g(kind, id, conversation_id, place)
         cross join lateral (select * from conversation c
             where c.workspace_id = $1 and c.conversation_id = g.conversation_id offset 0) c
    """,
    kind="c.asker_kind",
    asker="c.asker_id",
    also=", c.place",
)


async def unread(
    connection: Connection, workspace_id: UUID, conversation_ids: Sequence[UUID]
) -> dict[UUID, dict[Actor, int]]:
    """By conversation, how much each one who takes part or is assigned has not read: 1 to 100 messages. Those who
    have read all are left out."""
    found: dict[UUID, dict[Actor, int]] = {}
    for row in await connection.fetch(UNREAD, workspace_id, conversation_ids):
        found.setdefault(row["conversation_id"], {})[Actor(row["kind"], row["id"])] = row["unread"]
    return found


UNREAD = """
    select c.conversation_id, r.kind, r.id, u.unread
      from conversation c
      cross join lateral (
          select p.kind, p.participant_id as id, p.read_seq from participant p
           where p.workspace_id = $1 and p.conversation_id = c.conversation_id
             and (p.left_at is null or p.participant_id = c.assignee_id)
          union all
          select 'agent', c.assignee_id, 0 where c.assignee_id is not null and not exists (
              select from participant p where p.workspace_id = $1 and p.conversation_id = c.conversation_id
                 and p.kind = 'agent' and p.participant_id = c.assignee_id)
      ) r
      cross join lateral (select greatest(r.read_seq, c.last_seq - 300) as seq offset 0) since
      cross join lateral (
          select count(*) as unread from (
              select from entry e
               where e.workspace_id = $1 and e.conversation_id = c.conversation_id and e.seq > since.seq
                 and e.kind = 'message' and e.audience = 'everyone'
                 and (e.author_kind = 'person') = (r.kind = 'agent')
               order by e.seq limit 100
          ) counted
      ) u
     where c.workspace_id = $1 and c.conversation_id = any ($2::uuid[]) and u.unread > 0
"""


async def of_person(
    connection: Connection, workspace_id: UUID, who: Actor, person_id: UUID, limit: int
) -> list[Summary]:
    """The newest conversations of a person, as this one sees them."""
    rows = await connection.fetch(
        summaries(
            "select * from conversation where workspace_id = $1 and person_id = $4"
            " order by last_entry_at desc, conversation_id desc limit $5"
        )
        + " order by c.last_entry_at desc, c.conversation_id desc",
        workspace_id, who.kind, who.id, person_id, limit,
    )  # fmt: skip
    return [summary(row) for row in rows]
