"""What a file is, read from its first bytes. What a browser might run is only ever bytes to us."""

import codecs
import re

import puremagic

from alongside.storage.files.pixels import is_harmless

HEAD = 8192
"""How many bytes from the beginning are looked at."""
UNKNOWN = "application/octet-stream"

SHOWN_TYPES = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif",
        "audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "audio/webm",
        "video/mp4", "video/webm",
        "text/plain",
    }
)  # fmt: skip
"""The types that may be shown inside a page; everything else is only offered for download."""

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_ISO_BRANDS: tuple[tuple[bytes, str], ...] = (
    (b"avif", "image/avif"),
    (b"avis", "image/avif"),
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"mif1", "image/heif"),
    (b"M4A ", "audio/mp4"),
    (b"qt  ", "video/quicktime"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_IN_ZIP: tuple[tuple[bytes, str], ...] = (
    (b"word/", _OFFICE + "wordprocessingml.document"),
    (b"xl/", _OFFICE + "spreadsheetml.sheet"),
    (b"ppt/", _OFFICE + "presentationml.presentation"),
)
_ODF = re.compile(rb"mimetype(application/(?:vnd\.oasis\.opendocument\.[a-z-]+|epub\+zip))")
_MARKUP = re.compile(r"\s*<[a-z!?/%]", re.IGNORECASE)
_TEXT_CONTROLS = frozenset("\t\n\r\f\x1b")
_ACTIVE = re.compile(r"html|xml|svg|script|flash|java|x-ms|executable|dosexec|elf|x-sh|python|perl|php|mhtml")


def media_type_of(beginning: bytes) -> str:
    """The media type of a file by its first `pixels.FARTHEST` bytes, never by its name.

    Markup, scripts and programs are `application/octet-stream`, whatever they are more closely, and so are pictures
    that would unfold into more than anybody's memory: they can be saved, but are not shown."""
    head = beginning[:HEAD]
    found = _of_beginning(head) or _of_container(head) or _of_text(head) or _of_puremagic(head)
    return found if is_harmless(found, beginning) else UNKNOWN


def _of_beginning(head: bytes) -> str | None:
    return next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), None)


def _of_container(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return next((kind for brand, kind in _ISO_BRANDS if brand in head[8:32]), "video/mp4")
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(head)
    return None


def _of_zip(head: bytes) -> str:
    if open_document := _ODF.search(head[:200]):
        return open_document[1].decode("ascii")
    if b"[Content_Types].xml" in head or b"_rels/" in head:
        return next((kind for name, kind in _IN_ZIP if name in head), "application/zip")
    return "application/zip"


def _of_text(head: bytes) -> str | None:
    """Plain text, or bytes if it looks like something that a browser would run; None if it is no text."""
    text = _decoded(head)
    if text is None or any(character < " " and character not in _TEXT_CONTROLS for character in text):
        return None
    return UNKNOWN if _MARKUP.match(text) or text.startswith("#!") else "text/plain"


def _decoded(head: bytes) -> str | None:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        return None


def _of_puremagic(head: bytes) -> str:
    try:
        found = str(puremagic.from_string(head, mime=True))
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    known = re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,100}", found)
    shown = found in SHOWN_TYPES or found.startswith("text/")  # those have to be certain, above
    return found if known and not shown and not _ACTIVE.search(found) else UNKNOWN
