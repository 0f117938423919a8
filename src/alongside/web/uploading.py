"""What one node does for uploads: it takes in parts with little memory, and makes files of what is whole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from functools import partial
from uuid import UUID

from alongside.conversations import attaching, uploading
from alongside.conversations.attaching import Swept
from alongside.conversations.file_store import StoredFile
from alongside.conversations.upload_store import Upload
from alongside.kit.actors import Actor
from alongside.kit.clock import Clock
from alongside.kit.errors import NotFound, Unavailable
from alongside.kit.logs import logger
from alongside.storage import Database, FileStore
from alongside.storage.files import LARGEST_PART, Stored, measure
from alongside.web.adding import Adding
from alongside.web.bodies import portions
from alongside.web.tus import Checksum

log = logger(__name__)
_MEMORY = 256 * 1024 * 1024
_SMALLEST_PART = 256 * 1024
# A large file keeps a core and the store busy for a while: only so many at once, and the small ones pass them by.
_LARGE = 64 * 1024 * 1024
_LARGE_AT_ONCE = 2
_TRIES = 3


class Uploading:
    """The uploads that this node has in hand."""

    def __init__(self, database: Database, files: FileStore, clock: Clock) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._receiving = 0
        self._finishing: dict[tuple[UUID, Actor], asyncio.Task[StoredFile]] = {}
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)

    async def receive(
        self,
        workspace_id: UUID,
        upload: Upload,
        offset: int,
        body: AsyncIterator[bytes],
        checksum: Checksum | None = None,
    ) -> int:
        """Add the bytes of `body` at `offset`; gives how many are there now. They are durable part by part, so that
        one who is interrupted loses nothing; with a checksum all at once, or not at all.

        Raises Conflict unless the upload is at `offset` or if a newer request takes it over, TooLarge if there are
        more bytes than were told, TusRefusal for a wrong checksum, SenderGone, Unavailable."""
        async with self._database.transaction(workspace_id) as connection:
            holder = await uploading.hold(connection, workspace_id, upload.upload_id, offset)
        adding = Adding(self._database, self._files, self._clock, workspace_id, upload, holder, offset)
        self._receiving += 1
        try:
            return await adding.add_all(portions(body, self._part_size()), checksum)
        except BaseException:
            await adding.drop_uncounted()
            raise
        finally:
            self._receiving -= 1

    def _part_size(self) -> int:
        """Many uploads at once share the memory that one alone may use."""
        return max(_SMALLEST_PART, min(LARGEST_PART, _MEMORY // self._receiving))

    async def file_of(self, workspace_id: UUID, who: Actor, upload_id: UUID) -> StoredFile:
        """The file that one's own whole upload becomes, once it is one; asking twice waits for the same work. It goes
        on when nobody waits any longer, and may be begun again, on any node.

        Raises NotFound, Conflict while bytes are missing, Unavailable."""
        key = (upload_id, who)
        if key not in self._finishing:
            task = asyncio.create_task(self._finish(workspace_id, who, upload_id), name="finish upload")
            self._finishing[key] = task
            task.add_done_callback(partial(self._finished, key))
        return await asyncio.shield(self._finishing[key])

    def _finished(self, key: tuple[UUID, Actor], task: "asyncio.Task[StoredFile]") -> None:
        del self._finishing[key]
        if not task.cancelled() and task.exception():
            log.info("an upload was not finished", kind=type(task.exception()).__name__)

    async def _finish(self, workspace_id: UUID, who: Actor, upload_id: UUID) -> StoredFile:
        async with self._database.read(workspace_id) as connection:
            upload = await uploading.find(connection, workspace_id, who, upload_id, self._clock.now())
            if isinstance(upload, StoredFile):
                return upload
            part_ids = await uploading.parts_of(connection, workspace_id, upload)
        async with self._large if upload.length > _LARGE else nullcontext():
            file = await self._put_together(workspace_id, upload, part_ids)
        if file is None:  # another node was quicker
            async with self._database.read(workspace_id) as connection:
                return await uploading.finished(connection, workspace_id, who, upload_id)
        await self._clear(workspace_id, upload_id)
        return file

    async def _put_together(
        self, workspace_id: UUID, upload: Upload, part_ids: list[UUID]
    ) -> StoredFile | None:
        """Hash the parts, store them as one under the hash, note the file; None if there is nothing left to do."""
        parts = self._files.parts
        try:
            stored = await measure(parts.read(workspace_id, upload.upload_id, part_ids), upload.length)
        except NotFound:
            return None
        for _ in range(_TRIES):
            async with self._database.transaction(workspace_id) as connection:
                await attaching.expect(connection, workspace_id, stored.sha256)
            if not await self._files.contains(workspace_id, stored.sha256):
                content = parts.read(workspace_id, upload.upload_id, part_ids)
                await self._files.settle_stream(workspace_id, stored, content)
            with suppress(Swept):
                return await self._note(workspace_id, upload.upload_id, stored)
        raise Unavailable(message="The file could not be stored just now.", hint="Try again in a moment.")

    async def _note(self, workspace_id: UUID, upload_id: UUID, stored: Stored) -> StoredFile | None:
        async with self._database.transaction(workspace_id) as connection:
            return await uploading.finish(connection, self._files, workspace_id, upload_id, stored)

    async def give_up(self, workspace_id: UUID, who: Actor, upload_id: UUID) -> None:
        """Delete an upload and its parts. Raises NotFound, Conflict."""
        async with self._database.transaction(workspace_id) as connection:
            await uploading.give_up(connection, workspace_id, who, upload_id)
        await self._clear(workspace_id, upload_id)

    async def _clear(self, workspace_id: UUID, upload_id: UUID) -> None:
        with suppress(Unavailable):  # the sweep tries again
            await self._files.parts.remove_all(workspace_id, upload_id)

    async def close(self) -> None:
        """Leave unfinished what is being finished: whoever asks for it next begins it again."""
        tasks = list(self._finishing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
