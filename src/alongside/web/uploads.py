"""Uploads that go on after an interruption, by tus 1.0.0: docs/protocol/uploads.md."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response, delete, get, head, patch, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter

from alongside.conversations import uploading
from alongside.conversations.file_store import StoredFile
from alongside.conversations.model import FileCard
from alongside.conversations.upload_store import Upload
from alongside.kit.actors import Actor, person
from alongside.people.model import Visitor
from alongside.web import tus
from alongside.web.bodies import body_of, refuse_early
from alongside.web.errors import problems
from alongside.web.rooms import Rooms
from alongside.web.security import FOR_ALL, Asker, for_both

AnyRequest = Request[Any, Any, Any]
TAGS = ["files"]
PLACE = "/api/uploads"
# Files are sent to us in requests of any length; what is too much is found out while it comes.
_SPOKEN: dict[str, Any] = {
    "tags": TAGS,
    "middleware": [tus.TusHeaders],
    "exception_handlers": {tus.TusRefusal: tus.on_refusal},
}
_OWN = for_both("file.write")

Version = Annotated[str | None, HeaderParameter(name="Tus-Resumable", description="Always `1.0.0`.")]
Length = Annotated[str | None, HeaderParameter(name="Upload-Length", description="Bytes of the file.")]
Offset = Annotated[str | None, HeaderParameter(name="Upload-Offset", description="Where this goes on.")]
Metadata = Annotated[
    str | None, HeaderParameter(name="Upload-Metadata", description="`filename` and base64 of its UTF-8.")
]
Sum = Annotated[
    str | None,
    HeaderParameter(name="Upload-Checksum", description="`sha1`, `sha256` or `md5`, and base64 of the hash."),
]
Override = Annotated[
    str | None,
    HeaderParameter(name="X-HTTP-Method-Override", description="What POST stands for: `PATCH` or `DELETE`."),
]


class UploadState(msgspec.Struct, frozen=True):
    """How far an upload is. `file`: what it became, as messages carry it; then `expires_at` is null."""

    upload_id: UUID
    length: int
    offset: int
    expires_at: datetime | None
    file: FileCard | None


@route(PLACE, http_method=HttpMethod.OPTIONS, opt=FOR_ALL, status_code=204, **_SPOKEN)
async def read_limits(rooms: NamedDependency[Rooms]) -> Response[None]:
    """What may be uploaded: the largest size in `Tus-Max-Size`, how many at once in `Alongside-Max-Uploads`."""
    headers = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
        "Tus-Max-Size": str(rooms.settings.file_limit),
        "Alongside-Max-Uploads": str(rooms.settings.unfinished_uploads),
    }
    return Response(None, status_code=204, headers=headers)


@post(
    PLACE,
    opt=_OWN,
    request_max_body_size=None,
    responses={**problems(400, 401, 403, 413, 415, 422, 429, 503), **tus.REFUSALS},
    **_SPOKEN,
)
async def begin_upload(
    rooms: NamedDependency[Rooms],
    asker: Asker,
    request: AnyRequest,
    tus_version: Version = None,
    upload_length: Length = None,
    upload_metadata: Metadata = None,
    upload_checksum: Sum = None,
) -> Response[None]:
    """Begin an upload; `Location` says where it goes on. The body may bring the first bytes. The last part of
    `Location` is the id of the file that it becomes."""
    tus.require_version(request)
    length, name = tus.number("Upload-Length", upload_length), tus.file_name(upload_metadata)
    checksum, who = tus.checksum(upload_checksum), _who(asker)
    brings = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    if brings:
        tus.require_content_type(request)
    rooms.limits.spend("upload", f"{who.kind}:{who.id}")
    async with rooms.database.transaction(asker.workspace_id) as connection:
        upload = await uploading.begin(
            connection,
            asker.workspace_id,
            who,
            name,
            length,
            rooms.clock.now(),
            limit=rooms.settings.file_limit,
            at_once=rooms.settings.unfinished_uploads,
        )
    headers = {"Location": f"{PLACE}/{upload.upload_id}"}
    if brings or not length:
        headers |= await _go_on(rooms, asker, request, upload, 0, checksum)
    else:
        headers |= _standing(upload)
    return Response(None, status_code=201, headers=headers)


@head(f"{PLACE}/{{upload_id:uuid}}", opt=_OWN, responses={**problems(404, 410), **tus.REFUSALS}, **_SPOKEN)
async def read_offset(
    rooms: NamedDependency[Rooms],
    asker: Asker,
    request: AnyRequest,
    upload_id: FromPath[UUID],
    tus_version: Version = None,
) -> Response[None]:
    """Where an upload goes on."""
    tus.require_version(request)
    return Response(None, headers=_standing(await _find(rooms, asker, upload_id)))


@get(f"{PLACE}/{{upload_id:uuid}}", opt=_OWN, responses=problems(401, 403, 404, 410, 429, 503), **_SPOKEN)
async def read_upload(rooms: NamedDependency[Rooms], asker: Asker, upload_id: FromPath[UUID]) -> UploadState:
    """How far an upload is, and the file that it became. Waits for that when every byte is there."""
    found = await _find(rooms, asker, upload_id)
    if isinstance(found, Upload) and not found.whole:
        return UploadState(upload_id, found.length, found.received, found.expires_at, None)
    file = await rooms.uploading.file_of(asker.workspace_id, _who(asker), upload_id)
    return UploadState(upload_id, file.size, file.size, None, file.card())


@patch(
    f"{PLACE}/{{upload_id:uuid}}",
    opt=_OWN,
    status_code=204,
    request_max_body_size=None,
    responses={**problems(400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 503), **tus.REFUSALS},
    **_SPOKEN,
)
async def continue_upload(
    rooms: NamedDependency[Rooms],
    asker: Asker,
    request: AnyRequest,
    upload_id: FromPath[UUID],
    tus_version: Version = None,
    upload_offset: Offset = None,
    upload_checksum: Sum = None,
) -> Response[None]:
    """Add the body's bytes at `Upload-Offset`. With the last of them it becomes a file, before this is answered."""
    return await _continue(rooms, asker, request, upload_id, upload_offset, upload_checksum)


@delete(
    f"{PLACE}/{{upload_id:uuid}}",
    opt=_OWN,
    responses={**problems(401, 403, 404, 409, 412, 429, 503), **tus.REFUSALS},
    **_SPOKEN,
)
async def delete_upload(
    rooms: NamedDependency[Rooms],
    asker: Asker,
    request: AnyRequest,
    upload_id: FromPath[UUID],
    tus_version: Version = None,
) -> None:
    """Give up an upload, or take away the file that it became, as long as no message carries it."""
    tus.require_version(request)
    await rooms.uploading.give_up(asker.workspace_id, _who(asker), upload_id)


@post(
    f"{PLACE}/{{upload_id:uuid}}",
    opt=_OWN,
    status_code=204,
    request_max_body_size=None,
    responses={**problems(400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 503), **tus.REFUSALS},
    **_SPOKEN,
)
async def override_upload(
    rooms: NamedDependency[Rooms],
    asker: Asker,
    request: AnyRequest,
    upload_id: FromPath[UUID],
    method: Override = None,
    tus_version: Version = None,
    upload_offset: Offset = None,
    upload_checksum: Sum = None,
) -> Response[None]:
    """PATCH or DELETE, for those behind something that lets only POST through."""
    if (method or "").upper() == "DELETE":
        tus.require_version(request)
        await rooms.uploading.give_up(asker.workspace_id, _who(asker), upload_id)
        return Response(None, status_code=204)
    if (method or "").upper() != "PATCH":
        hint = "Send X-HTTP-Method-Override: PATCH or DELETE."
        raise tus.TusRefusal(
            405, "Method Not Allowed", "method_not_allowed", "POST alone means nothing here.", hint
        )
    return await _continue(rooms, asker, request, upload_id, upload_offset, upload_checksum)


async def _continue(
    rooms: Rooms,
    asker: Asker,
    request: AnyRequest,
    upload_id: UUID,
    upload_offset: str | None,
    upload_checksum: str | None,
) -> Response[None]:
    tus.require_version(request)
    tus.require_content_type(request)
    offset, checksum = tus.number("Upload-Offset", upload_offset), tus.checksum(upload_checksum)
    found = await _find(rooms, asker, upload_id)
    if isinstance(found, StoredFile):
        raise uploading.wrong_offset()
    headers = await _go_on(rooms, asker, request, found, offset, checksum)
    return Response(None, status_code=204, headers=headers)


async def _go_on(
    rooms: Rooms,
    asker: Asker,
    request: AnyRequest,
    upload: Upload,
    offset: int,
    checksum: tus.Checksum | None,
) -> dict[str, str]:
    """Take in the body, and make a file of the upload if that was all; gives what to answer."""
    refuse_early(request, upload.length - offset)
    workspace_id = asker.workspace_id
    received = await rooms.uploading.receive(workspace_id, upload, offset, body_of(request), checksum)
    if received == upload.length:
        return _standing(await rooms.uploading.file_of(workspace_id, _who(asker), upload.upload_id))
    return _standing(
        msgspec.structs.replace(upload, received=received, expires_at=uploading.expiry(rooms.clock.now()))
    )


async def _find(rooms: Rooms, asker: Asker, upload_id: UUID) -> Upload | StoredFile:
    async with rooms.database.read(asker.workspace_id) as connection:
        return await uploading.find(connection, asker.workspace_id, _who(asker), upload_id, rooms.clock.now())


def _who(asker: Asker) -> Actor:
    return person(asker.person_id) if isinstance(asker, Visitor) else asker.actor


def _standing(found: Upload | StoredFile) -> dict[str, str]:
    if isinstance(found, StoredFile):
        return {"Upload-Offset": str(found.size), "Upload-Length": str(found.size)}
    return {
        "Upload-Offset": str(found.received),
        "Upload-Length": str(found.length),
        "Upload-Expires": tus.http_date(found.expires_at),
    }


routes = [
    read_limits,
    begin_upload,
    read_offset,
    read_upload,
    continue_upload,
    override_upload,
    delete_upload,
]
