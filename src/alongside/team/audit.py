"""Who did what that matters. Written in the transaction of the deed, never changed."""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from alongside.kit.actors import Actor
from alongside.kit.ids import uuid7
from alongside.kit.paging import Page, decode_cursor, encode_cursor, page_of
from alongside.storage import Connection, fetch

Order = Literal["-at", "at"]
_FURTHEST = UUID(int=2**128 - 1)


class AuditEntry(msgspec.Struct, frozen=True):
    """One deed. `actor_name` and `subject_name` are those of agents, as they are called now."""

    audit_entry_id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str | None
    action: str
    subject_kind: str
    subject_id: UUID | None
    subject_name: str | None
    detail: dict[str, Any]


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What of the audit to show. `action` may end in `.`: everything of that kind."""

    actor_id: UUID | None = None
    action: str | None = None
    subject_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort: Order = "-at"
    cursor: str | None = None
    limit: int = 50


async def record(
    connection: Connection,
    workspace_id: UUID,
    actor: Actor,
    action: str,
    subject: tuple[str, UUID | None] = ("", None),
    detail: dict[str, Any] | None = None,
    *,
    now: datetime,
) -> None:
    """Note a deed: `action` is `thing.deed`, `detail` says what changed, and holds no secret and no customer's data."""
    kind = actor.kind if actor.kind in ("agent", "person") else "system"
    await connection.execute(
        "insert into audit_entry (workspace_id, audit_entry_id, at, actor_kind, actor_id, action, subject_kind,"
        " subject_id, detail) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        workspace_id, uuid7(), now, kind, actor.id, action, subject[0], subject[1], detail or {},
    )  # fmt: skip


async def listing(connection: Connection, workspace_id: UUID, query: AuditQuery) -> Page[AuditEntry]:
    """A page of the audit. Raises Invalid for a cursor of another list."""
    at, entry_id = _place(query)
    rows = await fetch(
        connection, AuditEntry, _sql(query.sort), workspace_id, query.actor_id, query.action, query.subject_id,
        query.since, query.until, at, entry_id, query.limit + 1,
    )  # fmt: skip
    return page_of(rows, query.limit, lambda last: encode_cursor(query.sort, last.at, last.audit_entry_id))


def _place(query: AuditQuery) -> tuple[datetime, UUID]:
    if query.cursor:
        at, entry_id = decode_cursor(query.cursor, query.sort, datetime, UUID)
        return at, entry_id
    newest = datetime(9999, 1, 1, tzinfo=UTC), _FURTHEST
    return newest if query.sort == "-at" else (datetime(1, 1, 2, tzinfo=UTC), UUID(int=0))


def _sql(sort: Order) -> str:
    compare, order = ("<", "desc") if sort == "-at" else (">", "asc")
    return f"""
        select e.audit_entry_id, e.at, e.actor_kind, e.actor_id, actor.name as actor_name, e.action,
               e.subject_kind, e.subject_id, subject.name as subject_name, e.detail
          from audit_entry e
          left join agent actor on actor.workspace_id = e.workspace_id and actor.agent_id = e.actor_id
          left join agent subject on subject.workspace_id = e.workspace_id and subject.agent_id = e.subject_id
         where e.workspace_id = $1 and ($2::uuid is null or e.actor_id = $2)
           and ($3::text is null or e.action = $3 or (right($3, 1) = '.' and starts_with(e.action, $3)))
           and ($4::uuid is null or e.subject_id = $4)
           and ($5::timestamptz is null or e.at >= $5) and ($6::timestamptz is null or e.at < $6)
           and (e.at, e.audit_entry_id) {compare} ($7, $8)
         order by e.at {order}, e.audit_entry_id {order} limit $9
    """
