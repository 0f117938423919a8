"""Files down: whole or one range of them, with little memory. No file runs in our origin."""

import re
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath
from litestar.response import Stream

from alongside.conversations import attaching
from alongside.conversations.file_store import StoredFile
from alongside.kit.actors import person
from alongside.people.model import Visitor
from alongside.storage.files import SHOWN_TYPES
from alongside.web.errors import problems
from alongside.web.rooms import Rooms
from alongside.web.security import Asker, for_both

AnyRequest = Request[Any, Any, Any]
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)
_LOCKED = "sandbox; default-src 'none'; frame-ancestors 'none'"
_CONTENT = {
    200: ResponseSpec(bytes, description="The whole file.", media_type="*/*", generate_examples=False),
    206: ResponseSpec(bytes, description="The range.", media_type="*/*", generate_examples=False),
    304: ResponseSpec(None, description="The file is what you have.", generate_examples=False),
}


class Part(NamedTuple):
    """Which bytes are wanted: from `start` up to but not including `end`."""

    start: int
    end: int


@get(
    "/api/files/{file_id:uuid}",
    opt=for_both("file.read"),
    tags=["files"],
    responses=problems(401, 403, 404, 416, 503) | _CONTENT,
)
async def download_file(
    rooms: NamedDependency[Rooms], asker: Asker, request: AnyRequest, file_id: FromPath[UUID]
) -> Response[Any]:
    """The bytes of a file, whole or one range of them, for who uploaded it and who may read a message with it.
    Pictures may be shown in a page, anything else is for saving."""
    who = person(asker.person_id) if isinstance(asker, Visitor) else asker.actor
    async with rooms.database.read(asker.workspace_id) as connection:
        file = await attaching.readable(connection, asker.workspace_id, who, file_id)
    headers = _headers(file)
    if headers["ETag"] in _tags(request.headers.get("if-none-match", "")):
        return Response(b"", status_code=304, headers=headers)
    return await _content(rooms, asker.workspace_id, file, headers, _part(request, file, headers["ETag"]))


def _headers(file: StoredFile) -> dict[str, str]:
    shown = file.media_type.startswith("image/") and file.media_type in SHOWN_TYPES
    plain = (
        file.name.encode("ascii", "replace").decode().replace('"', "_").replace("\\", "_").replace("?", "_")
    )
    name = f"filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    return {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; {name}",
        "Content-Security-Policy": _LOCKED,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
        "ETag": f'"{file.sha256.hex()}"',
        "Accept-Ranges": "bytes",
    }


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]


def _part(request: AnyRequest, file: StoredFile, etag: str) -> Part | None:
    """The range that is asked for; None for the whole, also for what is no single range. An empty part if the
    file ends before it begins."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or asked[0] == "bytes=-" or request.headers.get("if-range", etag) != etag:
        return None
    if not asked[1]:
        return Part(max(0, file.size - int(asked[2])), file.size)
    end = min(int(asked[2]) + 1, file.size) if asked[2] else file.size
    return Part(int(asked[1]), end)


async def _content(
    rooms: Rooms, workspace_id: UUID, file: StoredFile, headers: dict[str, str], part: Part | None
) -> Response[Any]:
    if part and part.start >= part.end:
        return Response(b"", status_code=416, headers=headers | {"Content-Range": f"bytes */{file.size}"})
    if part:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{file.size}"
    start, end = part or Part(0, file.size)
    headers["Content-Length"] = str(end - start)
    pieces = rooms.files.open(workspace_id, file.sha256, start=start, end=end)
    return Stream(
        await _begun(pieces),
        status_code=206 if part else 200,
        media_type=file.media_type,
        headers=headers,
    )


async def _begun(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces; what goes wrong with the first is raised here, while there still is an answer to give."""
    first = await anext(pieces, b"")

    async def all_of_them() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return all_of_them()


routes = [download_file]
