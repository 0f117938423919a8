"""The tables `file` and `entry_file`: what was uploaded, and which entries carry it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from alongside.conversations.model import FileCard
from alongside.kit.actors import Actor
from alongside.storage import Connection, fetch, fetch_optional

_FILE = "select f.file_id, f.sha256, f.name, f.media_type, f.size from file f where f.workspace_id = $1"
_OWN = "f.uploader_kind = $3 and f.uploader_id is not distinct from $4"
_OF_A_CONVERSATION = """exists (
    select from entry_file ef
      join entry e on e.workspace_id = $1 and e.conversation_id = ef.conversation_id and e.seq = ef.seq
      join conversation c on c.workspace_id = $1 and c.conversation_id = ef.conversation_id
     where ef.workspace_id = $1 and ef.file_id = f.file_id
       and ($3 = 'agent' or (c.person_id = $4 and e.audience = 'everyone')))
"""


class StoredFile(msgspec.Struct, frozen=True):
    """A file's row; `sha256` is where its content lies."""

    file_id: UUID
    sha256: bytes
    name: str
    media_type: str
    size: int

    def card(self) -> FileCard:
        """The file as messages carry it."""
        return FileCard(self.file_id, self.name, self.media_type, self.size)


async def insert(connection: Connection, workspace_id: UUID, file: StoredFile, uploader: Actor) -> None:
    """A file that was uploaded."""
    await connection.execute(
        "insert into file (workspace_id, file_id, sha256, name, media_type, size, uploader_kind, uploader_id)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        workspace_id, file.file_id, file.sha256, file.name, file.media_type, file.size, uploader.kind, uploader.id,
    )  # fmt: skip


async def readable(
    connection: Connection, workspace_id: UUID, file_id: UUID, who: Actor
) -> StoredFile | None:
    """A file, if this one uploaded it or may read an entry that carries it."""
    return await fetch_optional(
        connection,
        StoredFile,
        f"{_FILE} and f.file_id = $2 and ({_OWN} or {_OF_A_CONVERSATION})",
        workspace_id,
        file_id,
        who.kind,
        who.id,
    )


async def give(connection: Connection, workspace_id: UUID, former: Actor, now: Actor) -> None:
    """What one uploaded is another's, who they turned out to be."""
    await connection.execute(
        "update file set uploader_kind = $4, uploader_id = $5"
        " where workspace_id = $1 and uploader_kind = $2 and uploader_id = $3",
        workspace_id, former.kind, former.id, now.kind, now.id,
    )  # fmt: skip


async def own(
    connection: Connection, workspace_id: UUID, file_ids: Sequence[UUID], who: Actor
) -> list[StoredFile]:
    """Those of these files that this one uploaded, in no order."""
    return await fetch(
        connection,
        StoredFile,
        f"{_FILE} and f.file_id = any ($2::uuid[]) and {_OWN}",
        workspace_id,
        file_ids,
        who.kind,
        who.id,
    )


async def attach(
    connection: Connection, workspace_id: UUID, conversation_id: UUID, seq: int, file_ids: Sequence[UUID]
) -> None:
    """This entry carries these files."""
    await connection.execute(
        "insert into entry_file (workspace_id, conversation_id, seq, file_id)"
        " select $1, $2, $3, file_id from unnest($4::uuid[]) as given(file_id) on conflict do nothing",
        workspace_id, conversation_id, seq, file_ids,
    )  # fmt: skip


async def lock_unsent(
    connection: Connection, workspace_id: UUID, after: datetime, before: datetime, most: int
) -> list[UUID]:
    """Files that were uploaded between those moments and that no entry carries; nobody else touches them until the
    transaction ends. Those that somebody has just in hand are left out."""
    rows = await connection.fetch(
        "select f.file_id from file f where f.workspace_id = $1 and f.created_at >= $2 and f.created_at < $3"
        " and not exists (select from entry_file ef where ef.workspace_id = $1 and ef.file_id = f.file_id)"
        " order by f.created_at limit $4 for update skip locked",
        workspace_id,
        after,
        before,
        most,
    )
    return [row["file_id"] for row in rows]


async def delete_unsent(connection: Connection, workspace_id: UUID, file_ids: Sequence[UUID]) -> int:
    """Delete those of these files that no entry carries; gives how many."""
    await connection.execute(
        "select from file where workspace_id = $1 and file_id = any ($2::uuid[]) for update",
        workspace_id,
        file_ids,
    )  # an entry that is just being attached comes first, and the next statement sees it
    done = await connection.execute(
        "delete from file f where f.workspace_id = $1 and f.file_id = any ($2::uuid[]) and not exists"
        " (select from entry_file ef where ef.workspace_id = $1 and ef.file_id = f.file_id)",
        workspace_id,
        file_ids,
    )
    return int(done.removeprefix("DELETE "))
