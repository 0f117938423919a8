"""A picture that would unfold into more than anybody's memory is not shown."""

import struct
import zlib

import pytest

from alongside.storage.files import media_type_of
from alongside.storage.files.pixels import FARTHEST

BYTES = "application/octet-stream"
LARGE = 60_000


def png(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def gif(width: int, height: int, *, canvas: int = 10, table: bool = True, comments: int = 1) -> bytes:
    screen = b"GIF89a" + struct.pack("<HH", canvas, canvas) + (b"\xf7\0\0" if table else b"\0\0\0")
    colours = bytes(3 * 256) if table else b""
    extension = b"!\xf9\x04\0\0\0\0\0" + (b"!\xfe" + b"\xffx" * 1 + b"x" * 254 + b"\0") * comments
    return screen + colours + extension + b"," + struct.pack("<HHHH", 0, 0, width, height)


def jpeg(width: int, height: int, *, before: bytes = b"", frame: int = 0xC0) -> bytes:
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    return start + before + bytes([0xFF, frame]) + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)


def segment(size: int, content: bytes = b"") -> bytes:
    return b"\xff\xe1" + struct.pack(">H", size) + content.ljust(size - 2, b"\xc0")


def webp(kind: bytes, chunk: bytes) -> bytes:
    body = b"WEBP" + kind + struct.pack("<I", len(chunk)) + chunk
    return b"RIFF" + struct.pack("<I", len(body)) + body


def vp8x(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return webp(b"VP8X", bytes(4) + size)


def vp8l(width: int, height: int) -> bytes:
    return webp(b"VP8L", b"\x2f" + struct.pack("<I", width - 1 | height - 1 << 14))


def vp8(width: int, height: int) -> bytes:
    return webp(b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height))


def avif(*sizes: tuple[int, int], padding: int = 0) -> bytes:
    start = b"\x00\x00\x00\x1cftypavif\0\0\0\0avifmif1miaf"
    return (
        start + bytes(padding) + b"".join(b"\0\0\0\x14ispe" + struct.pack(">III", 0, *size) for size in sizes)
    )


@pytest.mark.parametrize(
    ("picture", "media_type"),
    [
        (png(4000, 3000), "image/png"),
        (gif(400, 300), "image/gif"),
        (gif(400, 300, table=False), "image/gif"),
        (jpeg(12_000, 8_000), "image/jpeg"),
        (jpeg(4000, 3000, before=segment(60_000) * 6, frame=0xC2), "image/jpeg"),
        (vp8x(4000, 3000), "image/webp"),
        (vp8l(4000, 3000), "image/webp"),
        (vp8(4000, 3000), "image/webp"),
        (avif((4000, 3000), (160, 120)), "image/avif"),
    ],
)
def test_pictures_of_cameras_are_shown(picture: bytes, media_type: str) -> None:
    assert media_type_of(picture) == media_type


@pytest.mark.parametrize(
    "picture",
    [
        png(LARGE, LARGE),
        png(2**31 - 1, 1),
        gif(LARGE, LARGE),
        gif(10, 10, canvas=LARGE),
        gif(LARGE, LARGE, table=False, comments=40),
        gif(LARGE, LARGE, comments=FARTHEST // 256),
        jpeg(LARGE, LARGE),
        jpeg(LARGE, LARGE, frame=0xC2),
        jpeg(LARGE, LARGE, before=segment(60_000) * 5),
        jpeg(LARGE, LARGE, before=segment(60_000) * 10),
        jpeg(LARGE, LARGE, before=segment(200, b"\xff\xc0\x00\x11\x08\x00\x01\x00\x01")),
        jpeg(LARGE, LARGE, before=b"\xff\xff\xff\xff"),
        jpeg(LARGE, LARGE, before=b"no marker at all"),
        jpeg(LARGE, LARGE, before=b"\xff\x00\xff\xd0"),
        vp8x(2**24, 2**24),
        vp8l(2**14, 2**14),
        vp8(2**14 - 1, 2**14 - 1),
        avif((160, 120), (LARGE, LARGE)),
        avif((160, 120), padding=FARTHEST),
    ],
)
def test_pictures_that_would_fill_the_memory_of_who_looks_are_only_for_saving(picture: bytes) -> None:
    assert media_type_of(picture[:FARTHEST]) == BYTES


@pytest.mark.parametrize(
    "picture", [png(4, 4), gif(4, 4), jpeg(4, 4), vp8x(4, 4), vp8l(4, 4), vp8(4, 4), avif((4, 4))]
)
def test_a_picture_that_is_cut_anywhere_breaks_nothing(picture: bytes) -> None:
    for end in range(len(picture)):
        assert media_type_of(picture[:end])
