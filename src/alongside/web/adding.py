"""The parts that one request brings: stored, then counted."""

from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from alongside.conversations import uploading
from alongside.conversations.upload_store import Part, Upload
from alongside.kit.clock import Clock
from alongside.kit.errors import AlongsideError, Conflict, Invalid
from alongside.kit.ids import uuid7
from alongside.storage import Database, FileStore
from alongside.storage.files import too_large
from alongside.web.tus import Checksum


class Adding:
    """One request's turn at an upload."""

    def __init__(
        self,
        database: Database,
        files: FileStore,
        clock: Clock,
        workspace_id: UUID,
        upload: Upload,
        holder: UUID,
        offset: int,
    ) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._workspace_id = workspace_id
        self._upload = upload
        self._holder = holder
        self._offset = offset
        self._uncounted: list[Part] = []

    async def add_all(self, parts: AsyncIterator[bytes], checksum: Checksum | None) -> int:
        """Store and count every part, with a checksum only when it turned out right; gives the offset after the
        last. What is stored and not counted when this raises is for `drop_uncounted`."""
        async for data in parts:
            await self._store(data)
            if checksum:
                checksum.hash.update(data)
            else:
                await self._count()
        if checksum:
            checksum.check()
            await self._count()
        return self._offset

    async def _store(self, data: bytes) -> None:
        there = self._offset + sum(part.size for part in self._uncounted)
        if there + len(data) > self._upload.length:
            raise too_large(self._upload.length)
        part = Part(uuid7(), len(data))
        self._uncounted.append(part)
        await self._files.parts.write(self._workspace_id, self._upload.upload_id, part.part_id, data)

    async def _count(self) -> None:
        parts, self._uncounted = (
            self._uncounted,
            [],
        )  # they may count from here on, whatever is heard of the commit
        try:
            async with self._database.transaction(self._workspace_id) as connection:
                self._offset = await uploading.add(
                    connection,
                    self._workspace_id,
                    self._upload,
                    self._holder,
                    self._offset,
                    parts,
                    self._clock.now(),
                )
        except (Conflict, Invalid):
            self._uncounted = parts
            raise

    async def drop_uncounted(self) -> None:
        """What cannot be removed now is removed with the upload."""
        part_ids = [part.part_id for part in self._uncounted]
        with suppress(AlongsideError):
            await self._files.parts.remove(self._workspace_id, self._upload.upload_id, part_ids)
