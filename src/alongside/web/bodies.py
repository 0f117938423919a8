"""Bodies that are files: read as they come, never unpacked, and not waited for when nothing comes any more."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from litestar.exceptions import InternalServerException

from alongside.kit.errors import Unavailable
from alongside.storage.files import too_large
from alongside.web.tus import TusRefusal

SILENCE = 60.0
"""Seconds without a byte after which a sender is taken for gone."""


class SenderGone(Unavailable):
    """The sender went away or fell silent in the middle of the body."""

    default_code = "sender_gone"


def refuse_early(request: Request[Any, Any, Any], limit: int) -> None:
    """Raises TooLarge if more than `limit` bytes are told to come: believed only where it saves the sender the
    trouble. Raises TusRefusal for a body that was compressed: nothing here unpacks what a stranger packed."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and (len(told) > 15 or int(told) > limit):
        raise too_large(limit)
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise TusRefusal(
            415,
            "Unsupported Media Type",
            "unsupported_media_type",
            "The body is compressed.",
            "Send the file's own bytes, without Content-Encoding.",
        )


async def body_of(request: Request[Any, Any, Any], silence: float = SILENCE) -> AsyncIterator[bytes]:
    """The pieces of the body as they come. Raises SenderGone."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(silence):
                piece = await anext(stream, None)
        except (
            TimeoutError,
            InternalServerException,
        ):  # the latter is how Litestar tells that nobody is there
            raise SenderGone(
                message="The file did not arrive whole.", hint="Go on where it was interrupted."
            ) from None
        if piece is None:
            return
        if piece:
            yield piece


async def portions(stream: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """The stream in portions of `size` bytes and a last one that may be smaller. When it fails, what has come by
    then is a portion too, and then the failure is raised: nobody has to send it twice."""
    gathered, failure = bytearray(), None
    try:
        async for piece in stream:
            gathered += piece
            while len(gathered) >= size:
                yield bytes(gathered[:size])
                del gathered[:size]
    except Exception as error:  # noqa: BLE001  raised below
        failure = error
    if gathered:
        yield bytes(gathered)
    if failure:
        raise failure
