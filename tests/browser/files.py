"""Files that people send."""

import struct
import zlib
from pathlib import Path

GREEN = b"\x0b\x6e\x4f"


def write_picture(path: Path) -> Path:
    """A small PNG of one colour, 64 by 48 (PNG specification, 5.2 and 11.2)."""
    rows = b"".join(b"\0" + GREEN * 64 for _ in range(48))
    head = struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    return path


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_letter(path: Path) -> Path:
    """A short text."""
    path.write_text("Reading on 1 November: 48,172 kWh\n", "utf-8")
    return path
