"""Uploading: files that come in several requests, to whichever node, and go on where they were interrupted.

The id of an upload is the id of the file that it becomes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from alongside.conversations import attaching, file_store, upload_store
from alongside.conversations.file_store import StoredFile
from alongside.conversations.upload_store import Part, Upload
from alongside.kit.actors import Actor
from alongside.kit.errors import Conflict, Gone, Invalid, NotFound, TooMany
from alongside.kit.ids import uuid7
from alongside.storage import Connection, FileStore
from alongside.storage.files import Stored, safe_name, too_large

LIFETIME = timedelta(hours=24)
"""How long an upload waits for its next byte."""
_USUAL_PART = 256 * 1024
_PARTS_TO_SPARE = 1000


def expiry(now: datetime) -> datetime:
    """When an upload expires that got its last byte just now."""
    return now + LIFETIME


async def begin(
    connection: Connection,
    workspace_id: UUID,
    who: Actor,
    name: str,
    length: int,
    now: datetime,
    *,
    limit: int,
    at_once: int,
) -> Upload:
    """Begin an upload of `length` bytes. Raises TooLarge beyond `limit`, TooMany if this one has begun `at_once`."""
    if length > limit:
        raise too_large(limit)
    await upload_store.lock_uploader(connection, workspace_id, who)
    if await upload_store.count(connection, workspace_id, who, now) >= at_once:
        raise TooMany(
            "too_many_uploads",
            f"{at_once} uploads are not finished yet.",
            "Finish one, or delete one.",
            retry_after=60,
        )
    upload = Upload(uuid7(), safe_name(name), length, 0, 0, who.kind, who.id, expiry(now))
    await upload_store.insert(connection, workspace_id, upload)
    return upload


async def find(
    connection: Connection, workspace_id: UUID, who: Actor, upload_id: UUID, now: datetime
) -> Upload | StoredFile:
    """One's own upload, or the file that it became. Raises NotFound, and Gone when it has expired."""
    upload = await upload_store.own(connection, workspace_id, upload_id, who)
    if upload is None:
        return await finished(connection, workspace_id, who, upload_id)
    if upload.expires_at <= now:
        raise Gone(message="This upload was not finished in time.", hint="Begin it again.")
    return upload


async def finished(connection: Connection, workspace_id: UUID, who: Actor, upload_id: UUID) -> StoredFile:
    """The file that one's own upload became. Raises NotFound."""
    files = await file_store.own(connection, workspace_id, [upload_id], who)
    if not files:
        raise NotFound(message="There is no such upload.", hint="Begin it again.")
    return files[0]


async def hold(connection: Connection, workspace_id: UUID, upload_id: UUID, offset: int) -> UUID:
    """Go on at `offset`; gives what `add` wants to see. An older request that still adds is stopped by this.

    Raises Conflict (`wrong_offset`) unless just so many bytes are there."""
    holder = uuid7()
    if not await upload_store.hold(connection, workspace_id, upload_id, offset, holder):
        raise wrong_offset()
    return holder


def wrong_offset() -> Conflict:
    """The same words wherever it is noticed."""
    return Conflict("wrong_offset", "The upload does not go on there.", "Ask with HEAD where it does.")


async def add(
    connection: Connection,
    workspace_id: UUID,
    upload: Upload,
    holder: UUID,
    offset: int,
    parts: Sequence[Part],
    now: datetime,
) -> int:
    """Count parts that were stored, the first at `offset`; gives how many bytes are there now.

    Raises Conflict if another request goes on with the upload, Invalid if its parts are far too small."""
    for part in parts:
        count = await upload_store.add(
            connection, workspace_id, upload.upload_id, holder, offset, part, expiry(now)
        )
        if count is None:
            raise Conflict(
                "taken_over", "Another request goes on with this upload.", "Ask with HEAD where it is."
            )
        if count > upload.length // _USUAL_PART + _PARTS_TO_SPARE:
            raise Invalid("too_many_parts", "The upload came in too many small parts.", "Send more at once.")
        offset += part.size
    return offset


async def parts_of(connection: Connection, workspace_id: UUID, upload: Upload) -> list[UUID]:
    """The parts of a whole upload, in their order. Raises Conflict while bytes are missing."""
    if not upload.whole:
        raise Conflict("not_whole", "The upload is not whole yet.", "Send the rest.")
    return await upload_store.part_ids(connection, workspace_id, upload.upload_id)


async def finish(
    connection: Connection, files: FileStore, workspace_id: UUID, upload_id: UUID, stored: Stored
) -> StoredFile | None:
    """Make a file of an upload whose content has been stored; None if it is an upload no more.

    Raises what `attaching.settle` does."""
    upload = await upload_store.lock(connection, workspace_id, upload_id)
    if upload is None:
        return None
    file = StoredFile(upload_id, stored.sha256, upload.name, stored.media_type, stored.size)
    await attaching.settle(connection, files, workspace_id, file, upload.uploader)
    await upload_store.delete(connection, workspace_id, upload_id)
    return file


async def give_up(connection: Connection, workspace_id: UUID, who: Actor, upload_id: UUID) -> None:
    """Delete one's own upload, or the file that it became if no message carries it. Its parts are the caller's to
    remove. Raises NotFound, and Conflict for a file that was sent."""
    if await upload_store.own(connection, workspace_id, upload_id, who):
        await upload_store.delete(connection, workspace_id, upload_id)
        return
    await finished(connection, workspace_id, who, upload_id)
    if not await file_store.delete_unsent(connection, workspace_id, [upload_id]):
        raise Conflict("sent", "The file was sent in a message.", "It stays there.")
