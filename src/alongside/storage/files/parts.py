"""The parts of unfinished uploads: written by whichever node a request reaches, read together at the end."""

from collections.abc import AsyncIterator, Iterable
from uuid import UUID

from alongside.storage.files import places
from alongside.storage.files.shelf import Shelf

LARGEST = 4 * 1024 * 1024
"""Bytes of a part at most; it is in memory once while it is written or read."""


class Parts:
    """Which parts count, and in which order, is settled where their rows are (conversations)."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def write(self, workspace_id: UUID, upload_id: UUID, part_id: UUID, data: bytes) -> None:
        """Store a part. When this returns it is durable. Raises Unavailable."""
        await self._shelf.write(places.part(workspace_id, upload_id, part_id), data)

    async def read(
        self, workspace_id: UUID, upload_id: UUID, part_ids: Iterable[UUID]
    ) -> AsyncIterator[bytes]:
        """The content of these parts, one after the other. Raises NotFound, Unavailable."""
        for part_id in part_ids:
            path = places.part(workspace_id, upload_id, part_id)
            yield await self._shelf.read(path, 0, await self._shelf.size(path))

    async def remove(self, workspace_id: UUID, upload_id: UUID, part_ids: Iterable[UUID]) -> None:
        """Take some parts away."""
        for part_id in part_ids:
            await self._shelf.remove(places.part(workspace_id, upload_id, part_id))

    async def remove_all(self, workspace_id: UUID, upload_id: UUID) -> None:
        """Take everything of an upload away, also parts that were never counted."""
        for each in await self._shelf.below(places.parts(workspace_id, upload_id)):
            await self._shelf.remove(each.path)

    async def uploads(self, workspace_id: UUID) -> list[UUID]:
        """Every upload that has parts."""
        found = await self._shelf.below(places.uploads(workspace_id))  # some S3 go on listing empty folders
        return sorted({UUID(each.path.split("/")[-2]) for each in found})
