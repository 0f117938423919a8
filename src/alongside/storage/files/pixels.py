"""How many pixels a picture would unfold into: a few kilobytes can fill gigabytes of whoever looks at it."""

from collections.abc import Callable

FARTHEST = 512 * 1024
"""How many bytes from the beginning are looked at: photographs carry previews and profiles before their size."""
MOST = 100_000_000
"""Pixels that a shown picture may have: some 400 MB once it is unfolded."""
_HIDDEN = MOST + 1

_JPEG_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})  # markers without a length
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def is_harmless(media_type: str, head: bytes) -> bool:
    """Whether a picture is not larger than `MOST`; yes for what is no picture, and for what is none in spite of how
    it begins. No for one that hides its size behind the first `FARTHEST` bytes, which `head` is."""
    measure = _MEASURES.get(media_type)
    return measure is None or measure(head) <= MOST


def _png(head: bytes) -> int:
    return _number(head, 16, 4) * _number(head, 20, 4) if head[12:16] == b"IHDR" else 0


def _gif(head: bytes) -> int:
    """The canvas or the first picture on it, whichever is larger."""
    canvas = _number(head, 6, 2, "little") * _number(head, 8, 2, "little")
    at = 13 + (3 << (head[10] & 7) + 1 if len(head) > 10 and head[10] & 0x80 else 0)
    while head[at : at + 1] == b"!":
        at = _after_blocks(head, at + 2)
    if at >= FARTHEST:
        return _HIDDEN
    return max(canvas, _number(head, at + 5, 2, "little") * _number(head, at + 7, 2, "little"))


def _after_blocks(head: bytes, at: int) -> int:
    while at < len(head) and head[at]:
        at += 1 + head[at]
    return at + 1


def _jpeg(head: bytes) -> int:
    """ITU T.81, B.1 and B.2.2: from marker to marker until the frame header."""
    at = head.find(0xFF, 2)
    while 0 <= at <= len(head) - 9:
        marker = head[at + 1]
        if marker in _JPEG_FRAMES:
            return _number(head, at + 5, 2) * _number(head, at + 7, 2)
        if marker == 0xFF:
            at += 1
        else:
            at += 2 if marker in _JPEG_ALONE else 2 + _number(head, at + 2, 2)
        at = head.find(0xFF, at) if at < len(head) else at  # decoders pass over what is between markers
    return _HIDDEN if max(at, len(head)) >= FARTHEST else 0


def _webp(head: bytes) -> int:
    kind = head[12:16]
    if kind == b"VP8X":
        return (_number(head, 24, 3, "little") + 1) * (_number(head, 27, 3, "little") + 1)
    if kind == b"VP8L":
        bits = _number(head, 21, 4, "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 ":
        return (_number(head, 26, 2, "little") & 0x3FFF) * (_number(head, 28, 2, "little") & 0x3FFF)
    return 0


def _avif(head: bytes) -> int:
    """The largest extent that any `ispe` property tells (ISO/IEC 23008-12, 6.5.3)."""
    largest, at = 0, head.find(b"ispe")
    while at >= 0:
        largest = max(largest, _number(head, at + 8, 4) * _number(head, at + 12, 4))
        at = head.find(b"ispe", at + 4)
    return largest or (_HIDDEN if len(head) >= FARTHEST else 0)


def _number(data: bytes, at: int, size: int, order: str = "big") -> int:
    """0 for what is cut off."""
    piece = data[at : at + size]
    return int.from_bytes(piece, "little" if order == "little" else "big") if len(piece) == size else 0


_MEASURES: dict[str, Callable[[bytes], int]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/avif": _avif,
}
