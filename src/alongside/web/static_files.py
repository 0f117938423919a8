"""The built front end, read from disk once and kept compressed; read again when a build has replaced a file."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from litestar import Response
from litestar.datastructures import Headers

from alongside.kit.errors import NotFound, Unavailable

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_COMPRESSED = {".js", ".mjs", ".css", ".html", ".svg", ".json", ".map", ".txt", ".webmanifest"}


@dataclass(frozen=True)
class Asset:
    """A file as it is served."""

    content: bytes
    media_type: str
    suffix: str

    @cached_property
    def etag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    @cached_property
    def compressed(self) -> bytes | None:
        """By gzip, if that is worth it."""
        return gzip.compress(self.content, 9, mtime=0) if self.suffix in _COMPRESSED else None


def asset(path: str, folder: Path = FOLDER) -> Asset:
    """A built file by its path below the folder. Raises NotFound for anything else, also above it or hidden."""
    parts = path.strip("/").split("/")
    if "\x00" in path or "\\" in path or any(part.startswith(".") or not part for part in parts):
        raise _no_such_file()
    file = folder.joinpath(*parts)
    try:
        if not file.is_file() or not file.resolve().is_relative_to(folder.resolve()):
            raise _no_such_file()
        stat = file.stat()
    except OSError:
        raise _no_such_file() from None
    return _read(file, stat.st_mtime_ns, stat.st_size)


def page(path: str, folder: Path = FOLDER) -> Asset:
    """A page of the front end. Raises Unavailable if it is not built."""
    try:
        return asset(path, folder)
    except NotFound:
        raise Unavailable(
            "front_end_missing",
            "The front end is not built.",
            "Run bin/setup in the source, or install the wheel.",
        ) from None


@lru_cache(maxsize=500)
def _read(file: Path, _changed: int, _size: int) -> Asset:
    media_type = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Asset(file.read_bytes(), media_type, file.suffix)


def served(found: Asset, request_headers: Headers, headers: dict[str, str]) -> Response[bytes]:
    """A file as an answer: compressed if the browser takes that, 304 if it has this version already."""
    packed = found.compressed if "gzip" in request_headers.get("accept-encoding", "") else None
    etag = found.etag if packed is None else f'{found.etag[:-1]}-gzip"'
    more = {"ETag": etag, "Vary": "Accept-Encoding"} | headers
    known = [tag.strip().removeprefix("W/") for tag in request_headers.get("if-none-match", "").split(",")]
    if etag in known:
        return Response(b"", status_code=304, headers=more, media_type=found.media_type)
    if packed is not None:
        more["Content-Encoding"] = "gzip"
    return Response(found.content if packed is None else packed, headers=more, media_type=found.media_type)


def _no_such_file() -> NotFound:
    return NotFound(message="There is no such file.", hint="Load the page again: a new version may be out.")
