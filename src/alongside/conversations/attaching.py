"""Attaching: files belong to those who may read an entry that carries them, and before that to who uploaded them."""

from collections.abc import Sequence
from uuid import UUID

from alongside.conversations import content_store, file_store
from alongside.conversations.file_store import StoredFile
from alongside.conversations.model import Draft, FileCard
from alongside.kit.actors import Actor
from alongside.kit.errors import Invalid, NotFound, Unavailable
from alongside.storage import Connection, FileStore


class Swept(Unavailable):
    """The content was taken away at this very moment, being nobody's until now; storing it again helps."""

    default_code = "swept"


async def expect(connection: Connection, workspace_id: UUID, sha256: bytes) -> None:
    """Content of this hash is about to be stored. In a transaction before that: if the server is killed before
    `settle`, the sweep finds it."""
    await content_store.note(connection, workspace_id, sha256)


async def settle(
    connection: Connection, files: FileStore, workspace_id: UUID, file: StoredFile, uploader: Actor
) -> FileCard:
    """`keep`, while nobody can take the content away. Raises Swept if that has just happened."""
    await content_store.lock(connection, workspace_id, file.sha256)
    if not await files.contains(workspace_id, file.sha256):
        raise Swept(message="The file could not be stored just now.", hint="Send it again.")
    return await keep(connection, workspace_id, file, uploader)


async def keep(connection: Connection, workspace_id: UUID, file: StoredFile, uploader: Actor) -> FileCard:
    """Note a file whose content has been stored; gives it as messages carry it."""
    await file_store.insert(connection, workspace_id, file, uploader)
    return file.card()


async def readable(connection: Connection, workspace_id: UUID, who: Actor, file_id: UUID) -> StoredFile:
    """A file, if this one may read it. Raises NotFound, also for one that is somebody else's."""
    file = await file_store.readable(connection, workspace_id, file_id, who)
    if file is None:
        raise NotFound(message="There is no such file.")
    return file


async def cards(
    connection: Connection, workspace_id: UUID, who: Actor, file_ids: Sequence[UUID]
) -> list[FileCard]:
    """The files that somebody wants to send, in their order. Raises Invalid unless they uploaded all of them."""
    found = {
        file.file_id: file.card() for file in await file_store.own(connection, workspace_id, file_ids, who)
    }
    if missing := [str(file_id) for file_id in file_ids if file_id not in found]:
        raise Invalid(
            message="A file is missing.", hint="Upload it first.", fields={"files": ", ".join(missing)}
        )
    return [found[file_id] for file_id in dict.fromkeys(file_ids)]


async def attach(connection: Connection, workspace_id: UUID, draft: Draft, seq: int) -> None:
    """Note which files the entry with this number carries, so that those who may read it may read them."""
    file_ids = [UUID(file["file_id"]) for file in draft.body.get("files", ())]
    if file_ids:
        await file_store.attach(connection, workspace_id, draft.conversation_id, seq, file_ids)
