"""Small files up, in one request. What was said about a file is not believed. Larger ones: `uploads`."""

from typing import Any
from urllib.parse import unquote

from litestar import Request, post
from litestar.di import NamedDependency

from alongside.conversations import attaching
from alongside.conversations.file_store import StoredFile
from alongside.conversations.model import FileCard
from alongside.kit.actors import person
from alongside.kit.errors import Invalid
from alongside.kit.ids import uuid7
from alongside.people.model import Visitor
from alongside.storage.files import safe_name
from alongside.web.bodies import body_of, refuse_early
from alongside.web.errors import problems
from alongside.web.rooms import Rooms
from alongside.web.security import Asker, for_both
from alongside.web.tus import TusRefusal, on_refusal

AnyRequest = Request[Any, Any, Any]
LARGEST = 100 * 1024 * 1024
"""Bytes in one request: more would have to be sent all over again too often."""


@post(
    "/api/files",
    opt=for_both("file.write"),
    tags=["files"],
    request_max_body_size=None,
    exception_handlers={TusRefusal: on_refusal},
    responses=problems(401, 403, 413, 415, 422, 429, 503),
)
async def upload_file(rooms: NamedDependency[Rooms], asker: Asker, request: AnyRequest) -> FileCard:
    """Upload a file: its bytes as they are in the body, its name in `X-File-Name`, percent-encoded UTF-8. Its type is
    read from its bytes. It is nobody else's until it is sent in a message. At most 100 MiB; `/api/uploads` takes
    more, and goes on after an interruption."""
    who = person(asker.person_id) if isinstance(asker, Visitor) else asker.actor
    rooms.limits.spend("upload", f"{who.kind}:{who.id}")
    limit, name = min(rooms.settings.file_limit, LARGEST), _name(request)
    refuse_early(request, limit)
    received = await rooms.files.receive(asker.workspace_id, body_of(request), limit=limit)
    stored = received.stored
    async with rooms.database.transaction(asker.workspace_id) as connection:
        await attaching.expect(connection, asker.workspace_id, stored.sha256)
    await rooms.files.settle(asker.workspace_id, received)
    file = StoredFile(uuid7(), stored.sha256, name, stored.media_type, stored.size)
    async with rooms.database.transaction(asker.workspace_id) as connection:
        return await attaching.settle(connection, rooms.files, asker.workspace_id, file, who)


def _name(request: AnyRequest) -> str:
    try:
        return safe_name(unquote(request.headers.get("x-file-name", ""), errors="strict"))
    except UnicodeDecodeError:
        raise Invalid(
            message="The file's name cannot be read.",
            hint="Send it as percent-encoded UTF-8, as encodeURIComponent makes it.",
            fields={"X-File-Name": "not percent-encoded UTF-8"},
        ) from None


routes = [upload_file]
