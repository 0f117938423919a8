"""The tables `person_join` and `used_identity_token`: who turned out to be whom, and by which tokens."""

from datetime import datetime
from uuid import UUID

import msgspec

from alongside.people.model import Join
from alongside.storage import Connection, fetch, fetch_optional

_JOIN = "select person_join_id, anonymous_person_id, person_id, device_id, joined_at from person_join"


class Use(msgspec.Struct, frozen=True):
    """Who used a token."""

    device_id: UUID | None
    jwt_hash: bytes | None


async def insert_join(connection: Connection, workspace_id: UUID, join: Join) -> None:
    """An anonymous visitor is that person."""
    await connection.execute(
        "insert into person_join (workspace_id, person_join_id, anonymous_person_id, person_id, device_id, joined_at)"
        " values ($1, $2, $3, $4, $5, $6)",
        workspace_id, join.person_join_id, join.anonymous_person_id, join.person_id, join.device_id, join.joined_at,
    )  # fmt: skip


async def undo_join(
    connection: Connection, workspace_id: UUID, person_join_id: UUID, at: datetime
) -> Join | None:
    """The edge that was undone by this; None if there is none or it was undone before."""
    sql = """
        update person_join set undone_at = $3
         where workspace_id = $1 and person_join_id = $2 and undone_at is null
        returning person_join_id, anonymous_person_id, person_id, device_id, joined_at
    """
    return await fetch_optional(connection, Join, sql, workspace_id, person_join_id, at)


async def joins_of(connection: Connection, workspace_id: UUID, person_id: UUID) -> list[Join]:
    """Who turned out to be this person, the oldest first."""
    sql = _JOIN + " where workspace_id = $1 and person_id = $2 and undone_at is null order by joined_at"
    return await fetch(connection, Join, sql, workspace_id, person_id)


async def join_from(connection: Connection, workspace_id: UUID, anonymous_person_id: UUID) -> Join | None:
    """Who this anonymous visitor turned out to be."""
    sql = _JOIN + " where workspace_id = $1 and anonymous_person_id = $2 and undone_at is null"
    return await fetch_optional(connection, Join, sql, workspace_id, anonymous_person_id)


async def use_token(
    connection: Connection,
    workspace_id: UUID,
    jti: str,
    expires_at: datetime,
    device_id: UUID,
    jwt_hash: bytes,
    presented_hash: bytes,
) -> bool:
    """Use up a token. False if somebody has used it; whoever uses it at the same time waits for us."""
    status = await connection.execute(
        "insert into used_identity_token (workspace_id, jti, expires_at, device_id, jwt_hash, presented_hash)"
        " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        workspace_id, jti, expires_at, device_id, jwt_hash, presented_hash,
    )  # fmt: skip
    return bool(status == "INSERT 0 1")


async def use_of(connection: Connection, workspace_id: UUID, jti: str) -> Use | None:
    """Who used a token."""
    sql = "select device_id, jwt_hash from used_identity_token where workspace_id = $1 and jti = $2"
    return await fetch_optional(connection, Use, sql, workspace_id, jti)


async def device_that_presented(
    connection: Connection, workspace_id: UUID, presented_hash: bytes, jwt_hash: bytes, now: datetime
) -> UUID | None:
    """The device that used this very identity token under this device token, while the former lives."""
    row = await connection.fetchrow(
        "select device_id from used_identity_token"
        " where workspace_id = $1 and presented_hash = $2 and jwt_hash = $3 and expires_at > $4",
        workspace_id, presented_hash, jwt_hash, now,
    )  # fmt: skip
    return row["device_id"] if row else None


async def delete_expired_tokens(connection: Connection, workspace_id: UUID, now: datetime) -> None:
    """Forget tokens that nobody would accept any more."""
    await connection.execute(
        "delete from used_identity_token where workspace_id = $1 and expires_at < $2", workspace_id, now
    )
