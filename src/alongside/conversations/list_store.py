"""The desk's lists, each page one query that walks an index and stops when the page is full."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from alongside.conversations.model import Status, Summary
from alongside.conversations.summary_store import summaries, summary
from alongside.storage import Connection

_LISTED = (
    "c.created_at > '-infinity'"  # always so: lets a list, and nothing else, take the indexes made for lists
)
_WAITING = "coalesce(c.waiting_since, 'infinity')"
_NEWEST = "c.listed_at desc, c.last_entry_at desc, c.conversation_id desc"
_ORDERS = {
    "newest": _NEWEST,
    "created": "c.created_at desc, c.conversation_id desc",
    "waiting": f"{_WAITING}, c.last_entry_at desc, c.conversation_id desc",
}
_MENTIONS = """(
    c.preview ilike {0}
    or exists (select from person h where h.workspace_id = $1 and h.person_id = c.person_id and h.name ilike {0})
    or exists (select from identity d where d.workspace_id = $1 and d.person_id = c.person_id and d.value ilike {0})
)"""


class _Query:
    """Conditions and the values that go with them."""

    def __init__(self, *values: Any) -> None:
        self.values = list(values)
        self.conditions = ["c.workspace_id = $1", _LISTED]

    def take(self, value: Any) -> str:
        """The placeholder of a value."""
        self.values.append(value)
        return f"${len(self.values)}"

    def when(self, condition: str, value: Any) -> None:
        """A condition on a value; none if the value is None."""
        if value is not None:
            self.conditions.append(condition.format(self.take(value)))


async def listed(
    connection: Connection,
    workspace_id: UUID,
    asker: UUID,
    *,
    assignee_id: UUID | None,
    queued: bool,
    status: Status | None,
    person_id: UUID | None,
    words: Sequence[str],
    sort: str,
    after: Sequence[Any] | None,
    limit: int,
) -> list[Summary]:
    """The first conversations of an order that meet all conditions and come after a place in that order."""
    query = _Query(workspace_id, "agent", asker)
    query.when("c.assignee_id = {}", assignee_id)
    query.when("c.held_by = {}", "queue" if queued else None)
    query.when("c.status = {}", status)
    query.when("c.person_id = {}", person_id)
    for word in words:
        query.when(_MENTIONS, f"%{_literal(word)}%")
    if after is not None:
        query.conditions.append(_beyond(query, sort, after))
    rows = await connection.fetch(
        summaries(
            f"select * from conversation c where {' and '.join(query.conditions)}"
            f" order by {_ORDERS[sort]} limit {limit:d}"
        )
        + f" order by {_ORDERS[sort]}",
        *query.values,
    )
    return [summary(row) for row in rows]


def _beyond(query: _Query, sort: str, after: Sequence[Any]) -> str:
    """After the place (waiting since, at, conversation) in an order."""
    waiting, at, conversation_id = after
    place = f"({query.take(at)}::timestamptz, {query.take(conversation_id)}::uuid)"
    if sort == "created":
        return f"(c.created_at, c.conversation_id) < {place}"
    if sort == "newest":
        listed_at = f"date_bin('5 minutes', {query.take(at)}::timestamptz, '2000-01-01 00:00:00+00')"
        return f"c.listed_at <= {listed_at} and (c.last_entry_at, c.conversation_id) < {place}"
    since = f"coalesce({query.take(waiting)}::timestamptz, 'infinity')"
    return (
        f"({_WAITING} > {since} or {_WAITING} = {since} and (c.last_entry_at, c.conversation_id) < {place})"
    )


def _literal(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


async def open_by_holder(connection: Connection, workspace_id: UUID) -> dict[tuple[str, UUID | None], int]:
    """How many conversations are open, by who holds them and whom they are assigned to."""
    rows = await connection.fetch(
        "select c.held_by, c.assignee_id, count(*) as n from conversation c"
        f" where c.workspace_id = $1 and c.status = 'open' and {_LISTED} group by c.held_by, c.assignee_id",
        workspace_id,
    )
    return {(row["held_by"], row["assignee_id"]): row["n"] for row in rows}
