"""The files of all workspaces: what comes in is measured first, and then kept under its SHA-256."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from obstore.store import ObjectStore

from alongside.kit.errors import AlongsideError, NotFound, Unavailable
from alongside.kit.ids import uuid7
from alongside.storage.files import places
from alongside.storage.files.measuring import Measured, Stored
from alongside.storage.files.parts import Parts
from alongside.storage.files.shelf import Shelf

_IN_MEMORY = 4 * 1024 * 1024
# One reader has this much in memory, however large the file is and however slowly it is fetched.
_WINDOW = 2 * 1024 * 1024
_PIECE = 256 * 1024


@dataclass(frozen=True)
class Received:
    """What came in whole: in memory if it is small, else on the shelf under a path of its own."""

    stored: Stored
    content: bytes
    path: str = ""


class FileStore:
    """Each workspace's files apart from the others'. `parts`: those of unfinished uploads."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        """`folder`: where the store lies on this machine, if it does."""
        self.shelf = Shelf(store, folder)
        self.parts = Parts(self.shelf)

    async def put(self, workspace_id: UUID, stream: AsyncIterator[bytes], *, limit: int) -> Stored:
        """Store a stream. When this returns its content is durable; when it raises nothing is left behind.

        Raises TooLarge as soon as more than `limit` bytes have come, Unavailable if the store cannot be written."""
        received = await self.receive(workspace_id, stream, limit=limit)
        await self.settle(workspace_id, received)
        return received.stored

    async def receive(self, workspace_id: UUID, stream: AsyncIterator[bytes], *, limit: int) -> Received:
        """The first half of `put`: now its hash is known, and may be written down before anything lies under it."""
        measured = Measured(stream, limit)
        pieces = measured.read()
        beginning = await _beginning(pieces)
        if len(beginning) <= _IN_MEMORY:
            return Received(measured.result(), beginning)
        path = places.draft(workspace_id, uuid7())
        try:
            await self.shelf.write_stream(path, _joined(beginning, pieces))
        except BaseException as error:  # noqa: BLE001  raised again, as the sender's if it was
            await self._give_up(path)
            raise measured.failure or error from None
        return Received(measured.result(), b"", path)

    async def settle(self, workspace_id: UUID, received: Received) -> None:
        """The second half: its content lies under its hash."""
        path = places.content(workspace_id, received.stored.sha256)
        try:
            if received.path:
                await self.shelf.move(received.path, path)
            else:
                await self.shelf.write(path, received.content)
        except BaseException:
            await self._give_up(received.path)
            raise

    async def _give_up(self, draft: str) -> None:
        """What cannot be removed now is swept later."""
        if draft:
            with suppress(AlongsideError):
                await self.shelf.remove(draft)

    async def settle_stream(self, workspace_id: UUID, stored: Stored, stream: AsyncIterator[bytes]) -> None:
        """Store a stream that was measured before, under its hash at once, so of any size. May be repeated, by
        several at the same time too. Raises Unavailable, also if the stream is not what was measured."""
        measured = Measured(stream, stored.size)
        try:
            await self.shelf.write_stream(
                places.content(workspace_id, stored.sha256), _checked(measured, stored)
            )
        except Unavailable:
            raise measured.failure or Unavailable(message="The file could not be put together.") from None

    async def open(
        self, workspace_id: UUID, sha256: bytes, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """The content in pieces of 256 KiB at most, from byte `start` up to but not including `end`.

        Raises NotFound before the first piece if there is none of this hash in this workspace, Unavailable."""
        path = places.content(workspace_id, sha256)
        whole = await self.shelf.size(path) if end is None else end
        for at in range(start, whole, _WINDOW):
            window = await self.shelf.read(path, at, min(at + _WINDOW, whole))
            for piece in range(0, len(window), _PIECE):
                yield window[piece : piece + _PIECE]

    async def contains(self, workspace_id: UUID, sha256: bytes) -> bool:
        """Whether there is content of this hash. Raises Unavailable."""
        try:
            return await self.shelf.size(places.content(workspace_id, sha256)) >= 0
        except NotFound:
            return False

    async def delete(self, workspace_id: UUID, sha256: bytes) -> None:
        """Take the content away; not there is fine."""
        await self.shelf.remove(places.content(workspace_id, sha256))

    async def remove_drafts(self, workspace_id: UUID, before: datetime) -> int:
        """Take away what came in half before that moment, because a server was killed; gives how many."""
        found = await self.shelf.below(places.drafts(workspace_id))
        stale = [each.path for each in found if each.modified < before]
        for path in stale:
            await self.shelf.remove(path)
        return len(stale)


async def _beginning(pieces: AsyncIterator[bytes]) -> bytes:
    """The whole stream if it is at most `_IN_MEMORY` long, else somewhat more than that."""
    gathered = bytearray()
    async for piece in pieces:
        gathered += piece
        if len(gathered) > _IN_MEMORY:
            break
    return bytes(gathered)


async def _joined(beginning: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield beginning
    async for piece in rest:
        yield piece


async def _checked(measured: Measured, stored: Stored) -> AsyncIterator[bytes]:
    async for piece in measured.read():
        yield piece
    if measured.result() != stored:
        raise Unavailable(message="The file changed while it was put together.")
