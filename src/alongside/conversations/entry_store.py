"""The table `entry`, read; `append_entries` alone writes it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from alongside.conversations.model import Audience, Entry
from alongside.kit.actors import Actor
from alongside.storage import Connection

_ENTRY = "e.conversation_id, e.seq, e.entry_id, e.kind, e.audience, e.author_kind, e.author_id, e.at, e.body"
_VISIBLE = "($3 = 'team' or e.audience = 'everyone')"


def _entry(row: Any) -> Entry:
    author = Actor(row["author_kind"], row["author_id"])
    return Entry(row["seq"], row["entry_id"], row["kind"], row["audience"], author, row["at"], row["body"])


async def newest(
    connection: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    audience: Audience,
    *,
    upto: int,
    limit: int,
) -> list[Entry]:
    """The newest entries up to a number that an audience may see, in order."""
    rows = await connection.fetch(
        f"select {_ENTRY} from entry e where e.workspace_id = $1 and e.conversation_id = $2 and {_VISIBLE}"
        " and e.seq <= $4 order by e.seq desc limit $5",
        workspace_id, conversation_id, audience, upto, limit,
    )  # fmt: skip
    return [_entry(row) for row in reversed(rows)]


async def following(
    connection: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    audience: Audience,
    *,
    after: int,
    upto: int,
    limit: int,
) -> list[Entry]:
    """The first entries in (after, upto] that an audience may see, in order."""
    rows = await connection.fetch(
        f"select {_ENTRY} from entry e where e.workspace_id = $1 and e.conversation_id = $2 and {_VISIBLE}"
        " and e.seq > $4 and e.seq <= $5 order by e.seq limit $6",
        workspace_id, conversation_id, audience, after, upto, limit,
    )  # fmt: skip
    return [_entry(row) for row in rows]


async def newest_of_each(
    connection: Connection, workspace_id: UUID, asked: Sequence[tuple[UUID, Audience, int]], limit: int
) -> dict[int, list[Entry]]:
    """`newest` for each (conversation, audience, upto], by its place in `asked`."""
    return _by_place(await connection.fetch(_NEWEST_OF_EACH, workspace_id, *_columns(asked, 3), limit))


async def following_each(
    connection: Connection, workspace_id: UUID, asked: Sequence[tuple[UUID, Audience, int, int]], limit: int
) -> dict[int, list[Entry]]:
    """`following` for each (conversation, audience, after, upto], by its place in `asked`."""
    return _by_place(await connection.fetch(_FOLLOWING_EACH, workspace_id, *_columns(asked, 4), limit))


def _by_place(rows: Sequence[Any]) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = {}
    for row in rows:
        found.setdefault(row["place"] - 1, []).append(_entry(row))
    return found


_EACH = f"""
    select g.place, {_ENTRY} from unnest({{columns}}) with ordinality as g(conversation_id, audience, {{names}}, place)
     cross join lateral (
        select * from entry e where e.workspace_id = $1 and e.conversation_id = g.conversation_id
           and (g.audience = 'team' or e.audience = 'everyone') and {{within}}
     ) e order by g.place, e.seq
"""
_NEWEST_OF_EACH = _EACH.format(
    columns="$2::uuid[], $3::text[], $4::bigint[]",
    names="upto",
    within="e.seq <= g.upto order by e.seq desc limit $5",
)
_FOLLOWING_EACH = _EACH.format(
    columns="$2::uuid[], $3::text[], $4::bigint[], $5::bigint[]",
    names="after, upto",
    within="e.seq > g.after and e.seq <= g.upto order by e.seq limit $6",
)


async def in_ranges(
    connection: Connection, workspace_id: UUID, ranges: Sequence[tuple[UUID, int, int]], limit: int
) -> list[tuple[UUID, int, Entry]]:
    """The first `limit` entries, of both audiences, of each range (conversation, after, upto]; each with the
    conversation and the `after` of its range."""
    rows = await connection.fetch(
        f"select r.after, {_ENTRY} from unnest($2::uuid[], $3::bigint[], $4::bigint[])"
        " as r(conversation_id, after, upto) cross join lateral (select * from entry e where e.workspace_id = $1"
        " and e.conversation_id = r.conversation_id and e.seq > r.after and e.seq <= r.upto"
        " order by e.seq limit $5) e order by e.conversation_id, r.after, e.seq",
        workspace_id, *_columns(ranges, 3), limit,
    )  # fmt: skip
    return [(row["conversation_id"], row["after"], _entry(row)) for row in rows]


async def at_places(
    connection: Connection, workspace_id: UUID, places: Sequence[tuple[UUID, int]]
) -> list[tuple[UUID, Entry]]:
    """The entries with these numbers in these conversations."""
    rows = await connection.fetch(
        f"select {_ENTRY} from unnest($2::uuid[], $3::bigint[]) as p(conversation_id, seq)"
        " join entry e on e.workspace_id = $1 and e.conversation_id = p.conversation_id and e.seq = p.seq"
        " order by e.conversation_id, e.seq",
        workspace_id, *_columns(places, 2),
    )  # fmt: skip
    return [(row["conversation_id"], _entry(row)) for row in rows]


async def by_id(
    connection: Connection, workspace_id: UUID, conversation_id: UUID, entry_id: UUID
) -> Entry | None:
    """The entry with this id, if an earlier try left it."""
    row = await connection.fetchrow(
        f"select {_ENTRY} from entry e where e.workspace_id = $1 and e.conversation_id = $2 and e.entry_id = $3",
        workspace_id, conversation_id, entry_id,
    )  # fmt: skip
    return _entry(row) if row else None


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    return [[row[index] for row in rows] for index in range(count)]
