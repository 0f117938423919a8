"""A folder or a bucket as we use it: whole objects by path, durable when a call returns, errors in our words."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import ObjectStore

from alongside.kit.errors import NotFound, Unavailable
from alongside.kit.logs import logger

log = logger(__name__)
# S3 takes 10,000 pieces of at least 5 MiB; two of them on their way at once is all that one upload keeps in memory.
_PIECE = 5 * 1024 * 1024
_PIECES_AT_ONCE = 2


class Object(NamedTuple):
    """Something on the shelf: where it lies and when it was put there."""

    path: str
    modified: datetime


class Shelf:
    """Every method raises Unavailable while the store cannot do it."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        """`folder`: where the store lies on this machine, if it does."""
        self._store = store
        self._folder = folder

    async def write(self, path: str, data: bytes) -> None:
        """Put an object there, whole or not at all."""
        with in_our_words("stored"):
            await obstore.put_async(self._store, path, data, use_multipart=False)
            await self._make_durable(path)

    async def write_stream(self, path: str, pieces: AsyncIterator[bytes]) -> None:
        """Put an object there, whole or not at all; its size does not matter. What `pieces` raises comes back as
        Unavailable: whoever cares keeps it."""
        with in_our_words("stored"):
            await obstore.put_async(
                self._store, path, pieces, chunk_size=_PIECE, max_concurrency=_PIECES_AT_ONCE
            )
            await self._make_durable(path)

    async def move(self, path: str, to: str) -> None:
        """Move an object; what was there before is replaced. S3 copies, up to 5 GB."""
        with in_our_words("stored"):
            await obstore.rename_async(self._store, path, to)
            await self._make_durable(to)

    async def _make_durable(self, path: str) -> None:
        if self._folder:
            await asyncio.to_thread(_sync, self._folder, path)

    async def size(self, path: str) -> int:
        """Of an object, in bytes. Raises NotFound."""
        with in_our_words("read"):
            return (await obstore.head_async(self._store, path))["size"]

    async def read(self, path: str, start: int, end: int) -> bytes:
        """Bytes `start` up to but not including `end`, all of them in memory. Raises NotFound."""
        with in_our_words("read"):
            return bytes(await obstore.get_range_async(self._store, path, start=start, end=end))

    async def remove(self, path: str) -> None:
        """Take an object away; not there is fine."""
        try:
            with in_our_words("removed"):
                await obstore.delete_async(self._store, path)
        except NotFound:
            return

    async def below(self, folder: str) -> list[Object]:
        """Every object below a folder."""
        with in_our_words("listed"):
            found = await obstore.list(self._store, prefix=folder).collect_async()
        return [Object(each["path"], each["last_modified"]) for each in found]


@contextmanager
def in_our_words(done: str) -> Iterator[None]:
    """Raises NotFound and Unavailable for what the store raises. The log says what kind of error it was."""
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise NotFound(message="There is no such file.") from None
    except (BaseError, OSError) as error:
        log.warning("the file store failed", doing=done, kind=type(error).__name__)
        message = f"Files cannot be {done} just now."
        raise Unavailable("unavailable", message, "Try again in a moment.") from None


def _sync(folder: Path, path: str) -> None:
    """The file and its name, and those of the folders that were made for it, on the disk and not only in memory."""
    place = folder / path
    while place != folder:
        _sync_one(place)
        place = place.parent
    _sync_one(folder)


def _sync_one(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
