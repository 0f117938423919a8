"""Content in a folder or a bucket: written under a name of its own first, then under its SHA-256."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from alongside.kit.errors import AlongsideError, Misconfigured, NotFound, TooLarge, Unavailable
from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings
from alongside.storage.files.sniffing import HEAD, media_type_of

_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Stored:
    """What was stored: its hash (32 bytes), its size in bytes, and its type as its bytes tell it."""

    sha256: bytes
    size: int
    media_type: str


class FileStore:
    """The files of all workspaces, each workspace's apart from the others'."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    async def put(self, workspace_id: UUID, stream: AsyncIterator[bytes], *, limit: int) -> Stored:
        """Store a stream. When this returns its content is durable; when it raises nothing is left behind.

        Raises TooLarge as soon as more than `limit` bytes have come, Unavailable if the store cannot be written."""
        draft = f"{workspace_id}/incoming/{uuid7()}"
        measured = _Measured(stream, limit)
        try:
            await obstore.put_async(self._store, draft, measured.read(), chunk_size=_CHUNK * 20)
            return await self._settle(workspace_id, draft, measured)
        except BaseException as error:  # noqa: BLE001  raised again, in our words
            with suppress(AlongsideError):
                await self._remove(draft)
            raise self._in_our_words(measured.failure or error) from None

    async def _settle(self, workspace_id: UUID, draft: str, measured: "_Measured") -> Stored:
        stored = measured.result()
        path = _path(workspace_id, stored.sha256)
        await obstore.rename_async(self._store, draft, path)
        if self._folder:
            await asyncio.to_thread(_make_durable, self._folder / path)
        return stored

    def _in_our_words(self, error: BaseException) -> BaseException:
        if isinstance(error, BaseError | OSError):
            return Unavailable(
                "unavailable", "The file could not be stored just now.", "Try again in a moment."
            )
        return error

    async def open(
        self, workspace_id: UUID, sha256: bytes, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """The content in pieces of about 256 KiB, from byte `start` up to but not including `end`.

        Raises NotFound before the first piece if there is none of this hash in this workspace."""
        path = _path(workspace_id, sha256)
        try:
            if end is not None:
                yield bytes(await obstore.get_range_async(self._store, path, start=start, end=end))
                return
            wanted: obstore.GetOptions = {"range": {"offset": start}} if start else {}
            found = await obstore.get_async(self._store, path, options=wanted)
            async for piece in found.stream(min_chunk_size=_CHUNK):
                yield bytes(piece)
        except (NotFoundError, FileNotFoundError):
            raise NotFound(message="There is no such file.") from None
        except (BaseError, OSError):
            raise Unavailable("unavailable", "The file cannot be read just now.", "Try again.") from None

    async def delete(self, workspace_id: UUID, sha256: bytes) -> None:
        """Take the content away; not there is fine."""
        await self._remove(_path(workspace_id, sha256))

    async def _remove(self, path: str) -> None:
        try:
            await obstore.delete_async(self._store, path)
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError):
            raise Unavailable("unavailable", "The file cannot be removed just now.", "Try again.") from None


class _Measured:
    """A stream on its way in: counted, hashed, its first bytes kept."""

    def __init__(self, stream: AsyncIterator[bytes], limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._hash = hashlib.sha256()
        self._size = 0
        self._head = b""
        self.failure: BaseException | None = None

    async def read(self) -> AsyncIterator[bytes]:
        """The same pieces. What goes wrong on the sender's side is kept in `failure`: the store hides it."""
        try:
            async for piece in self._stream:
                self._note(piece)
                if piece:
                    yield piece
        except BaseException as error:
            self.failure = error
            raise

    def _note(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            raise TooLarge(
                "too_large",
                "The file is too large.",
                f"Send one of at most {self._limit // 1024} KiB.",
            )
        self._hash.update(piece)
        self._head += piece[: HEAD - len(self._head)]

    def result(self) -> Stored:
        """Once everything was read."""
        return Stored(self._hash.digest(), self._size, media_type_of(self._head))


def _path(workspace_id: UUID, sha256: bytes) -> str:
    digest = sha256.hex()
    return f"{workspace_id}/{digest[:2]}/{digest}"


def _make_durable(path: Path) -> None:
    """The file and its name, on the disk and not only in the kernel's memory."""
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def open_file_store(settings: Settings) -> FileStore:
    """The store that the settings name: a bucket by its URL, else DATA/files. Raises Misconfigured."""
    try:
        if settings.files_url:
            return FileStore(from_url(settings.files_url))
        folder = settings.data_dir / "files"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return FileStore(LocalStore(folder, automatic_cleanup=True), folder)
    except (BaseError, OSError, ValueError) as error:
        raise Misconfigured(
            message=f"The file store cannot be opened: {type(error).__name__}.",
            hint="Check ALONGSIDE_FILES_URL.",
        ) from error
