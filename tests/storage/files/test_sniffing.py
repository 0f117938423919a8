"""The type of a file is what its bytes say, and what a browser might run is only bytes."""

import io
import zipfile

import pytest

from alongside.storage.files import SHOWN_TYPES, media_type_of

BYTES = "application/octet-stream"


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"GIF89a\x01\x00\x01\x00", "image/gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "video/mp4"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00", "image/avif"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image/heic"),
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        ("Grüße aus Zürich 👋\n".encode(), "text/plain"),
        ("\ufeffZähler;Stand\n1;2\n".encode(), "text/plain"),
        ("Zähler\n".encode("utf-16"), "text/plain"),
        (b"", "text/plain"),
        (zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (zipped("photos/a.jpg"), "application/zip"),
        (zipped("mimetype")[:30] + b"mimetypeapplication/vnd.oasis.opendocument.textPK",
         "application/vnd.oasis.opendocument.text"),
    ],
)  # fmt: skip
def test_known_files_are_known(head: bytes, media_type: str) -> None:
    assert media_type_of(head) == media_type


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  \n\t<ScRiPt>alert(1)</script>",
        b"\xef\xbb\xbf<html><body onload=alert(1)>",
        "<html><script>alert(1)</script>".encode("utf-16"),
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<svg onload=alert(1)>",
        b"<!-- harmless --><script>alert(1)</script>",
        b"<%= system('id') %>",
        b"#!/bin/sh\nrm -rf /\n",
        b"\x7fELF\x02\x01\x01\x00\x00",
        b"MZ\x90\x00\x03\x00\x00\x00\x04\x00",
        b"CWS\x0a\x00\x00\x00\x00",
        b"\xca\xfe\xba\xbe\x00\x00\x00\x34",
        bytes(range(256)),
        b"text with a \x00 in it",
    ],
)
def test_what_might_be_run_is_only_bytes(head: bytes) -> None:
    assert media_type_of(head) not in SHOWN_TYPES
    assert media_type_of(head) == BYTES


def test_a_character_that_is_cut_at_the_end_of_the_head_is_still_text() -> None:
    assert media_type_of(("x" * 10 + "ü").encode()[:-1]) == "text/plain"


def test_nothing_that_can_carry_a_script_may_be_shown_in_a_page() -> None:
    assert not any(word in kind for kind in SHOWN_TYPES for word in ("html", "svg", "xml", "pdf", "script"))
