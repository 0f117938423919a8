"""The tables `upload` and `upload_part`: what is on its way up, and which parts of it count."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from alongside.kit.actors import Actor, ActorKind
from alongside.storage import Connection, fetch, fetch_optional

_COLUMNS = "upload_id, name, length, received, parts, uploader_kind, uploader_id, expires_at"
_OWN = "uploader_kind = $3 and uploader_id is not distinct from $4"


class Upload(msgspec.Struct, frozen=True):
    """A file on its way up: `received` of `length` bytes are there, in `parts` parts."""

    upload_id: UUID
    name: str
    length: int
    received: int
    parts: int
    uploader_kind: ActorKind
    uploader_id: UUID | None
    expires_at: datetime

    @property
    def whole(self) -> bool:
        """Whether every byte is there."""
        return self.received == self.length

    @property
    def uploader(self) -> Actor:
        """Whose it is."""
        return Actor(self.uploader_kind, self.uploader_id)


class Part(msgspec.Struct, frozen=True):
    """Some bytes of an upload; its content lies under its id."""

    part_id: UUID
    size: int


async def insert(connection: Connection, workspace_id: UUID, upload: Upload) -> None:
    """An upload that begins."""
    await connection.execute(
        "insert into upload (workspace_id, upload_id, name, length, uploader_kind, uploader_id, expires_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        workspace_id, upload.upload_id, upload.name, upload.length,
        upload.uploader_kind, upload.uploader_id, upload.expires_at,
    )  # fmt: skip


async def lock_uploader(connection: Connection, workspace_id: UUID, who: Actor) -> None:
    """This one begins no other upload until the transaction ends."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('upload' || $1::uuid::text || $2 || $3::text, 0))",
        workspace_id,
        who.kind,
        str(who.id),
    )


async def count(connection: Connection, workspace_id: UUID, who: Actor, now: datetime) -> int:
    """How many uploads this one has begun, and neither finished nor let expire."""
    found: int = await connection.fetchval(
        f"select count(*) from upload where workspace_id = $1 and expires_at > $2 and {_OWN}",
        workspace_id,
        now,
        who.kind,
        who.id,
    )
    return found


async def own(connection: Connection, workspace_id: UUID, upload_id: UUID, who: Actor) -> Upload | None:
    """An upload, if it is this one's."""
    return await fetch_optional(
        connection,
        Upload,
        f"select {_COLUMNS} from upload where workspace_id = $1 and upload_id = $2 and {_OWN}",
        workspace_id,
        upload_id,
        who.kind,
        who.id,
    )


async def hold(
    connection: Connection, workspace_id: UUID, upload_id: UUID, offset: int, holder: UUID
) -> bool:
    """Let this request add parts, and no older one; no if not just `offset` bytes are there."""
    return bool(
        await connection.fetchval(
            "update upload set holder = $4 where workspace_id = $1 and upload_id = $2 and received = $3 returning true",
            workspace_id,
            upload_id,
            offset,
            holder,
        )
    )


async def add(
    connection: Connection,
    workspace_id: UUID,
    upload_id: UUID,
    holder: UUID,
    offset: int,
    part: Part,
    expires_at: datetime,
) -> int | None:
    """These bytes are there too; gives how many parts there are now. None if `holder` may not add any more."""
    parts: int | None = await connection.fetchval(
        "update upload set received = received + $5, parts = parts + 1, expires_at = $6"
        " where workspace_id = $1 and upload_id = $2 and holder = $3 and received = $4 returning parts",
        workspace_id,
        upload_id,
        holder,
        offset,
        part.size,
        expires_at,
    )
    if parts is not None:
        await connection.execute(
            "insert into upload_part (workspace_id, upload_id, starts_at, size, upload_part_id)"
            " values ($1, $2, $3, $4, $5)",
            workspace_id, upload_id, offset, part.size, part.part_id,
        )  # fmt: skip
    return parts


async def part_ids(connection: Connection, workspace_id: UUID, upload_id: UUID) -> list[UUID]:
    """The parts that count, in their order."""
    rows = await connection.fetch(
        "select upload_part_id from upload_part where workspace_id = $1 and upload_id = $2 order by starts_at",
        workspace_id,
        upload_id,
    )
    return [row["upload_part_id"] for row in rows]


async def lock(connection: Connection, workspace_id: UUID, upload_id: UUID) -> Upload | None:
    """Any upload, and nobody changes it until the transaction ends."""
    return await fetch_optional(
        connection,
        Upload,
        f"select {_COLUMNS} from upload where workspace_id = $1 and upload_id = $2 for update",
        workspace_id,
        upload_id,
    )


async def delete(connection: Connection, workspace_id: UUID, upload_id: UUID) -> None:
    """It is finished, or given up."""
    await connection.execute(
        "delete from upload where workspace_id = $1 and upload_id = $2", workspace_id, upload_id
    )


async def expired(connection: Connection, workspace_id: UUID, now: datetime, most: int) -> list[UUID]:
    """Uploads that nobody went on with in time."""
    rows = await connection.fetch(
        "select upload_id from upload where workspace_id = $1 and expires_at <= $2 order by expires_at limit $3",
        workspace_id,
        now,
        most,
    )
    return [row["upload_id"] for row in rows]


async def existing(connection: Connection, workspace_id: UUID, upload_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these uploads there are."""
    found = await fetch(
        connection,
        _Named,
        "select upload_id from upload where workspace_id = $1 and upload_id = any ($2::uuid[])",
        workspace_id,
        upload_ids,
    )
    return {each.upload_id for each in found}


class _Named(msgspec.Struct, frozen=True):
    upload_id: UUID


async def give(connection: Connection, workspace_id: UUID, former: Actor, now: Actor) -> None:
    """What one is uploading is another's, who they turned out to be."""
    await connection.execute(
        "update upload set uploader_kind = $4, uploader_id = $5"
        " where workspace_id = $1 and uploader_kind = $2 and uploader_id = $3",
        workspace_id, former.kind, former.id, now.kind, now.id,
    )  # fmt: skip
