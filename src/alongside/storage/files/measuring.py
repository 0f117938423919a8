"""A stream on its way: counted, hashed, its beginning looked at."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from alongside.kit.errors import TooLarge
from alongside.storage.files.pixels import FARTHEST
from alongside.storage.files.sniffing import media_type_of

# From here on hashing leaves the event loop, which has others to serve meanwhile.
_LONG = 512 * 1024


@dataclass(frozen=True)
class Stored:
    """What was stored: its hash (32 bytes), its size in bytes, and its type as its bytes tell it."""

    sha256: bytes
    size: int
    media_type: str


class Measured:
    """The pieces of a stream, passed on as they are by `read`. `result` is known once all were read."""

    def __init__(self, stream: AsyncIterator[bytes], limit: int) -> None:
        """`limit` in bytes."""
        self._stream = stream
        self._limit = limit
        self._hash = hashlib.sha256()
        self._size = 0
        self._head = bytearray()
        self.failure: BaseException | None = None

    async def read(self) -> AsyncIterator[bytes]:
        """The same pieces. Raises TooLarge as soon as there are more than `limit` bytes. What goes wrong on the
        sender's side is kept in `failure`: the store hides it."""
        try:
            async for piece in self._stream:
                await self._note(piece)
                if piece:
                    yield piece
        except GeneratorExit:  # the store has given up, not the sender
            raise
        except BaseException as error:
            self.failure = error
            raise

    async def _note(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            raise too_large(self._limit)
        self._head += piece[: max(0, FARTHEST - len(self._head))]
        if len(piece) > _LONG:
            await asyncio.to_thread(self._hash.update, piece)
        else:
            self._hash.update(piece)

    def result(self) -> Stored:
        """Once everything was read."""
        return Stored(self._hash.digest(), self._size, media_type_of(bytes(self._head)))


async def measure(stream: AsyncIterator[bytes], limit: int) -> Stored:
    """What a stream is, without keeping it. Raises TooLarge, and what the stream raises."""
    measured = Measured(stream, limit)
    async for _ in measured.read():
        pass
    return measured.result()


def too_large(limit: int) -> TooLarge:
    """The same words wherever it is noticed."""
    return TooLarge(
        "too_large",
        "The file is too large.",
        f"Send one of at most {readable(limit)}.",
        {"limit": str(limit)},
    )


def readable(size: int) -> str:
    """1536 → "1.5 KiB"."""
    amount, unit = float(size), "B"
    for bigger in ("KiB", "MiB", "GiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, bigger
    return f"{amount:.1f}".removesuffix(".0") + f" {unit}"
