"""The table `device`: which browser or app is whose."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from alongside.people.model import Visitor
from alongside.storage import Connection, fetch_one, fetch_optional

_VISITOR = """
    select d.workspace_id, d.device_id, d.person_id, p.name, d.seen_at,
           exists (select 1 from identity i where i.workspace_id = d.workspace_id
                   and i.person_id = d.person_id and i.kind = 'external'
                   and i.strength in ('verified', 'confirmed')) as verified
      from device d join person p using (workspace_id, person_id)
     where d.workspace_id = $1 and d.forgotten_at is null
"""
# One look-up by key for each, whatever a planner thinks of how many there are.
_VISITORS = f"""
    select w.token_hash, v.* from unnest($2::bytea[]) as w(token_hash)
     cross join lateral ({_VISITOR} and d.token_hash = w.token_hash offset 0) v
"""


class _Count(msgspec.Struct):
    n: int


async def insert_device(
    connection: Connection,
    workspace_id: UUID,
    device_id: UUID,
    person_id: UUID,
    token_hash: bytes,
    user_agent: str,
    locale: str | None,
    at: datetime,
) -> None:
    """A new device of a person."""
    await connection.execute(
        "insert into device (workspace_id, device_id, person_id, token_hash, user_agent, locale, created_at, seen_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $7)",
        workspace_id, device_id, person_id, token_hash, user_agent, locale, at,
    )  # fmt: skip


async def visitor_by_token(connection: Connection, workspace_id: UUID, token_hash: bytes) -> Visitor | None:
    """Whose token this is, unless the device was forgotten."""
    return await fetch_optional(
        connection, Visitor, _VISITOR + " and d.token_hash = $2", workspace_id, token_hash
    )


async def visitors_by_tokens(
    connection: Connection, workspace_id: UUID, token_hashes: Sequence[bytes]
) -> dict[bytes, Visitor]:
    """The same for many tokens at once; those that are nobody's are left out."""
    rows = await connection.fetch(_VISITORS, workspace_id, token_hashes)
    return {row["token_hash"]: _visitor(row) for row in rows}


def _visitor(row: Any) -> Visitor:
    return Visitor(*(row[name] for name in Visitor.__struct_fields__))


async def visitor_by_device(connection: Connection, workspace_id: UUID, device_id: UUID) -> Visitor | None:
    """Whom a device belongs to, unless it was forgotten."""
    return await fetch_optional(
        connection, Visitor, _VISITOR + " and d.device_id = $2", workspace_id, device_id
    )


async def lock_by_token(connection: Connection, workspace_id: UUID, token_hash: bytes) -> UUID | None:
    """The device with this token, locked as by `lock_device`; None if nobody has it (any more)."""
    row = await connection.fetchrow(
        "select device_id from device where workspace_id = $1 and token_hash = $2 and forgotten_at is null for update",
        workspace_id, token_hash,
    )  # fmt: skip
    return row["device_id"] if row else None


async def has_token(connection: Connection, workspace_id: UUID, device_id: UUID, token_hash: bytes) -> bool:
    """Whether this is the device's present token."""
    row = await connection.fetchrow(
        "select 1 from device where workspace_id = $1 and device_id = $2 and token_hash = $3",
        workspace_id, device_id, token_hash,
    )  # fmt: skip
    return row is not None


async def lock_device(connection: Connection, workspace_id: UUID, device_id: UUID) -> None:
    """Nobody else changes whose device this is until this transaction ends."""
    await connection.execute(
        "select 1 from device where workspace_id = $1 and device_id = $2 for update", workspace_id, device_id
    )


async def give_device(
    connection: Connection, workspace_id: UUID, device_id: UUID, person_id: UUID, token_hash: bytes
) -> None:
    """The device belongs to this person from now on, under a new token."""
    await connection.execute(
        "update device set person_id = $3, token_hash = $4 where workspace_id = $1 and device_id = $2",
        workspace_id, device_id, person_id, token_hash,
    )  # fmt: skip


async def give_back_device(
    connection: Connection, workspace_id: UUID, device_id: UUID, from_person: UUID, to_person: UUID
) -> None:
    """The device goes back to the anonymous person, unless it changed hands meanwhile."""
    await connection.execute(
        "update device set person_id = $4 where workspace_id = $1 and device_id = $2 and person_id = $3",
        workspace_id, device_id, from_person, to_person,
    )  # fmt: skip


async def mark_forgotten(connection: Connection, workspace_id: UUID, device_id: UUID, at: datetime) -> None:
    """The device's token is worth nothing from now on."""
    await connection.execute(
        "update device set forgotten_at = $3 where workspace_id = $1 and device_id = $2 and forgotten_at is null",
        workspace_id, device_id, at,
    )  # fmt: skip


async def mark_many_seen(
    connection: Connection, workspace_id: UUID, device_ids: Sequence[UUID], at: datetime
) -> None:
    """These devices were here. Locks them in the order of their ids, so that two nodes never wait for each other."""
    await connection.execute(
        "with here as (select device_id from device where workspace_id = $1 and device_id = any ($2::uuid[])"
        " order by device_id for no key update)"
        " update device d set seen_at = greatest(d.seen_at, $3) from here"
        " where d.workspace_id = $1 and d.device_id = here.device_id",
        workspace_id, device_ids, at,
    )  # fmt: skip


async def mark_seen(connection: Connection, workspace_id: UUID, device_id: UUID, at: datetime) -> None:
    """The device was here."""
    await connection.execute(
        "update device set seen_at = greatest(seen_at, $3) where workspace_id = $1 and device_id = $2",
        workspace_id, device_id, at,
    )  # fmt: skip


async def count_devices(connection: Connection, workspace_id: UUID, person_id: UUID) -> int:
    """How many devices a person has that were not forgotten."""
    sql = "select count(*)::int as n from device where workspace_id = $1 and person_id = $2 and forgotten_at is null"
    return (await fetch_one(connection, _Count, sql, workspace_id, person_id)).n
