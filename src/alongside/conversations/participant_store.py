"""The table `participant`: who takes part, and how far each has read."""

from collections.abc import Sequence
from uuid import UUID

from alongside.conversations.model import Participant
from alongside.kit.actors import Actor
from alongside.storage import Connection


async def join(connection: Connection, workspace_id: UUID, conversation_id: UUID, who: Actor) -> bool:
    """Take part from now on. False if they did already."""
    done = await connection.execute(
        "insert into participant as p (workspace_id, conversation_id, kind, participant_id) values ($1, $2, $3, $4)"
        " on conflict (workspace_id, conversation_id, kind, participant_id)"
        " do update set left_at = null, joined_at = clock_timestamp() where p.left_at is not null",
        workspace_id, conversation_id, who.kind, who.id,
    )  # fmt: skip
    return done == "INSERT 0 1"


async def leave(connection: Connection, workspace_id: UUID, conversation_id: UUID, who: Actor) -> bool:
    """Take part no longer. False if they did not."""
    done = await connection.execute(
        "update participant set left_at = clock_timestamp() where workspace_id = $1 and conversation_id = $2"
        " and kind = $3 and participant_id = $4 and left_at is null",
        workspace_id, conversation_id, who.kind, who.id,
    )  # fmt: skip
    return done == "UPDATE 1"


async def takes_part(connection: Connection, workspace_id: UUID, conversation_id: UUID, who: Actor) -> bool:
    """Whether they take part now."""
    found: bool = await connection.fetchval(
        "select exists (select from participant where workspace_id = $1 and conversation_id = $2"
        " and kind = $3 and participant_id = $4 and left_at is null)",
        workspace_id, conversation_id, who.kind, who.id,
    )  # fmt: skip
    return found


async def current(connection: Connection, workspace_id: UUID, conversation_id: UUID) -> list[Participant]:
    """Everybody who takes part now, in the order in which they came."""
    return (await current_in(connection, workspace_id, [conversation_id]))[conversation_id]


async def current_in(
    connection: Connection, workspace_id: UUID, conversation_ids: Sequence[UUID]
) -> dict[UUID, list[Participant]]:
    """The same for many conversations at once."""
    found: dict[UUID, list[Participant]] = {each: [] for each in conversation_ids}
    rows = await connection.fetch(
        "select p.conversation_id, p.kind, p.participant_id, coalesce(a.name, h.name) as name, p.read_seq"
        " from (select distinct id from unnest($2::uuid[]) as g(id)) g cross join lateral (select * from participant p"
        " where p.workspace_id = $1 and p.conversation_id = g.id and p.left_at is null offset 0) p"
        " left join agent a on p.kind = 'agent' and a.workspace_id = $1 and a.agent_id = p.participant_id"
        " left join person h on p.kind = 'person' and h.workspace_id = $1 and h.person_id = p.participant_id"
        " order by p.joined_at, p.kind",
        workspace_id, conversation_ids,
    )  # fmt: skip
    for row in rows:
        found[row["conversation_id"]].append(
            Participant(row["kind"], row["participant_id"], row["name"], row["read_seq"])
        )
    return found


async def set_read(
    connection: Connection, workspace_id: UUID, conversation_id: UUID, who: Actor, seq: int
) -> int:
    """They have read up to this number, or to a later one as noted before; gives what is noted now.

    Somebody who only looks in gets a mark without taking part."""
    noted: int = await connection.fetchval(
        "insert into participant as p (workspace_id, conversation_id, kind, participant_id, left_at, read_seq)"
        " select $1, $2, $3, $4, clock_timestamp(), least($5, c.last_seq) from conversation c"
        " where c.workspace_id = $1 and c.conversation_id = $2"
        " on conflict (workspace_id, conversation_id, kind, participant_id)"
        " do update set read_seq = greatest(p.read_seq, excluded.read_seq) returning p.read_seq",
        workspace_id, conversation_id, who.kind, who.id, seq,
    )  # fmt: skip
    return noted


async def replace(
    connection: Connection, workspace_id: UUID, conversation_ids: list[UUID], former: Actor, now: Actor
) -> None:
    """The one who took part there turns out to be another, who has read what the former has read."""
    await connection.execute(
        "with gone as (delete from participant where workspace_id = $1 and conversation_id = any ($2::uuid[])"
        " and kind = $3 and participant_id = $4 returning *)"
        " insert into participant as p (workspace_id, conversation_id, kind, participant_id, joined_at, read_seq)"
        " select workspace_id, conversation_id, $5, $6, joined_at, read_seq from gone"
        " on conflict (workspace_id, conversation_id, kind, participant_id)"
        " do update set left_at = null, read_seq = greatest(p.read_seq, excluded.read_seq)",
        workspace_id, conversation_ids, former.kind, former.id, now.kind, now.id,
    )  # fmt: skip
