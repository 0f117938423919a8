"""Sweeping: what nobody went on with, what was never sent, and content that is nobody's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from alongside.conversations import content_store, file_store, upload_store
from alongside.storage import Connection, FileStore

UNSENT = timedelta(days=7)
"""How long a file waits for the message that carries it."""
LOOKED_BACK = timedelta(days=30)
"""How much farther back it is looked, so that the work does not grow with all the files there ever were."""
LOOSE = timedelta(hours=1)
"""How long content may be nobody's: it is noted before its file's row is there."""
DRAFTS = timedelta(days=1)
"""How long one request may take to bring a file."""
MOST = 500
"""How much is done at once; the rest waits for the next time."""


async def give_up_expired(connection: Connection, workspace_id: UUID, now: datetime) -> list[UUID]:
    """Delete uploads that nobody went on with; gives their ids. Their parts are the caller's to remove."""
    expired = await upload_store.expired(connection, workspace_id, now, MOST)
    for upload_id in expired:
        await upload_store.delete(connection, workspace_id, upload_id)
    return expired


async def strays(connection: Connection, workspace_id: UUID, upload_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the uploads that have parts and no row: the server was killed between the two."""
    known = await upload_store.existing(connection, workspace_id, upload_ids)
    return [upload_id for upload_id in upload_ids if upload_id not in known]


async def forget_unsent(connection: Connection, workspace_id: UUID, now: datetime) -> int:
    """Delete files that no message carries, a week after they were uploaded; gives how many."""
    before = now - UNSENT
    old = await file_store.lock_unsent(connection, workspace_id, before - LOOKED_BACK, before, MOST)
    return await file_store.delete_unsent(connection, workspace_id, old)


async def loose(connection: Connection, workspace_id: UUID, now: datetime) -> Sequence[bytes]:
    """The hashes of content that may be nobody's."""
    return await content_store.noted(connection, workspace_id, now - LOOSE, MOST)


async def take_away(connection: Connection, files: FileStore, workspace_id: UUID, sha256: bytes) -> bool:
    """Take content away if no file has it; gives whether it did. Nobody can begin to refer to it meanwhile.

    Raises Unavailable."""
    await content_store.lock(connection, workspace_id, sha256)
    nobodys = not await content_store.is_somebodys(connection, workspace_id, sha256)
    if nobodys:
        await files.delete(workspace_id, sha256)
    await content_store.forget(connection, workspace_id, sha256)
    return nobodys
