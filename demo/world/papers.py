"""Files that people send each other: photos of meters and letters. Drawn and written here, small and valid."""

import hashlib
import struct
import zlib
from uuid import UUID

import msgspec

from alongside.conversations.model import FileCard

_WIDTH, _HEIGHT = 360, 200
_SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc",
    "8": "abcdefg", "9": "abcdfg",
}  # fmt: skip
# Left, top, width, height of each segment of a digit of 30 × 54 pixels.
_BARS = {
    "a": (4, 0, 22, 5), "b": (25, 3, 5, 22), "c": (25, 29, 5, 22), "d": (4, 49, 22, 5), "e": (0, 29, 5, 22),
    "f": (0, 3, 5, 22), "g": (4, 24, 22, 5),
}  # fmt: skip


class Paper(msgspec.Struct, frozen=True):
    """A file with its content; `by_customer`: who sends it."""

    file_id: UUID
    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> bytes:
        """The hash by which it is stored."""
        return hashlib.sha256(self.content).digest()

    def card(self) -> FileCard:
        """The file as messages carry it."""
        return FileCard(self.file_id, self.name, self.media_type, len(self.content))


def meter_photo(file_id: UUID, digits: str) -> Paper:
    """A photo of a meter's display, as PNG (RFC 2083): 8 bit grey, one row a scan line."""
    rows = [bytearray([58]) * _WIDTH for _ in range(_HEIGHT)]
    _fill(rows, 30, 30, 300, 140, 92)
    _fill(rows, 60, 58, 240, 84, 178)
    for place, digit in enumerate(digits[-6:].rjust(6, "0")):
        for segment in _SEGMENTS[digit]:
            left, top, width, height = _BARS[segment]
            _fill(rows, 70 + place * 38 + left, 73 + top, width, height, 34)
    return Paper(file_id, "meter.png", "image/png", _png(rows))


def _fill(rows: list[bytearray], left: int, top: int, width: int, height: int, grey: int) -> None:
    for row in rows[top : top + height]:
        row[left : left + width] = bytes([grey]) * width


def _png(rows: list[bytearray]) -> bytes:
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 0, 0, 0, 0)
    lines = b"".join(b"\0" + bytes(row) for row in rows)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def letter(file_id: UUID, name: str, lines: list[str]) -> Paper:
    """A page of text as PDF 1.4, in the reader's own Helvetica."""
    text = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
    stream = f"BT /F1 11 Tf 15 TL 72 770 Td\n{text}ET".encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    return Paper(file_id, name, "application/pdf", _pdf(objects))


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _pdf(objects: tuple[bytes, ...]) -> bytes:
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(content),
    )
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer
