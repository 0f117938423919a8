"""tus 1.0.0, the protocol for uploads that go on (tus.io/protocols/resumable-upload): its headers and refusals."""

import base64
import binascii
import hashlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, NamedTuple, Protocol

from litestar import Request, Response
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from alongside.kit.errors import Invalid
from alongside.web.errors import MEDIA_TYPE, Problem, answer

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
CONTENT_TYPE = "application/offset+octet-stream"
ALGORITHMS = ("sha1", "sha256", "md5")
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_LONGEST_METADATA = 8 * 1024


class TusRefusal(Exception):
    """What tus has a status for and the rest of us has not."""

    def __init__(self, status: int, title: str, code: str, detail: str, hint: str) -> None:
        super().__init__(code)
        self.problem = Problem(f"urn:alongside:problem:{code}", title, status, code, detail, hint)


def on_refusal(_request: Request[Any, Any, Any], refusal: TusRefusal) -> Response[Problem]:
    """The answer to it; a version that we do not speak is told which we do."""
    return answer(refusal.problem, {"Tus-Version": VERSION} if refusal.problem.status == 412 else None)


REFUSALS = {
    status: ResponseSpec(Problem, description=words, media_type=MEDIA_TYPE, generate_examples=False)
    for status, words in ((412, "Another version of tus"), (460, "Checksum mismatch"))
}
"""For the description of a route."""


class TusHeaders:
    """ASGI: every answer says which version it speaks, whatever became of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with one header more."""

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableScopeHeaders.from_message(message)["Tus-Resumable"] = VERSION
            await send(message)

        await self._app(scope, receive, telling if scope["type"] == ScopeType.HTTP else send)


def require_version(request: Request[Any, Any, Any]) -> None:
    """Raises TusRefusal unless the request says that it speaks our version."""
    if request.headers.get("tus-resumable") != VERSION:
        hint = f"Send the header Tus-Resumable: {VERSION}."
        raise TusRefusal(412, "Precondition Failed", "tus_version", "This speaks tus 1.0.0 only.", hint)


def require_content_type(request: Request[Any, Any, Any]) -> None:
    """Raises TusRefusal unless the body is said to be bytes of a file."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != CONTENT_TYPE:
        raise TusRefusal(
            415,
            "Unsupported Media Type",
            "unsupported_media_type",
            "The body is no part of a file.",
            f"Send the header Content-Type: {CONTENT_TYPE}.",
        )


def number(name: str, value: str | None) -> int:
    """A header that is a number of bytes. Raises Invalid."""
    if value is None or not _NUMBER.fullmatch(value):
        words = "missing" if value is None else "not a number of bytes"
        raise Invalid(
            message=f"The header {name} is needed." if value is None else f"{name} is no number of bytes.",
            hint="docs/protocol/uploads.md describes it.",
            fields={name: words},
        )
    return int(value)


def file_name(metadata: str | None) -> str:
    """The name in `Upload-Metadata`: `filename` or `name`, base64 of UTF-8. Empty if there is none. Raises Invalid."""
    told = metadata or ""
    if len(told) > _LONGEST_METADATA:
        raise _unreadable("too long")
    pairs: dict[str, str] = {}
    for each in told.split(","):
        key, _, value = each.strip().partition(" ")
        pairs[key] = value
    encoded = pairs.get("filename") or pairs.get("name") or ""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise _unreadable("not base64 of UTF-8") from None


def _unreadable(why: str) -> Invalid:
    return Invalid(
        message="The file's name cannot be read.",
        hint="Send `filename` and a space before the base64 of its UTF-8.",
        fields={"Upload-Metadata": why},
    )


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class Checksum(NamedTuple):
    """What the body of a request is said to be: its hash so far, and what it shall be."""

    hash: _Hash
    expected: bytes

    def check(self) -> None:
        """Raises TusRefusal if it came out differently."""
        if self.hash.digest() != self.expected:
            hint = "Nothing of it was kept. Send it again."
            raise TusRefusal(460, "Checksum Mismatch", "checksum", "The bytes changed on their way.", hint)


def checksum(value: str | None) -> Checksum | None:
    """`Upload-Checksum: sha1 <base64>`; None without the header. Raises Invalid for what cannot be checked."""
    if value is None:
        return None
    algorithm, _, encoded = value.strip().partition(" ")
    try:
        expected = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        expected = b""
    if algorithm not in ALGORITHMS or not expected:
        hint = f"Send one of {', '.join(ALGORITHMS)}, a space, and the base64 of the hash."
        raise Invalid("malformed", "Upload-Checksum cannot be read.", hint, {"Upload-Checksum": "unknown"})
    return Checksum(hashlib.new(algorithm, usedforsecurity=False), expected)


def http_date(moment: datetime) -> str:
    """As `Upload-Expires` wants it (RFC 9110, 5.6.7)."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)
