"""File names that can do no harm, in every language."""

import unicodedata
from collections.abc import Iterator

LONGEST = 200  # characters
LONGEST_BYTES = 240  # in UTF-8: most file systems take 255
_RESERVED = frozenset(
    {
        "con",
        "prn",
        "aux",
        "nul",
        "conin$",
        "conout$",
        *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"),
    }
)
_FORBIDDEN = frozenset('<>:"|?*')
# The joiners that Persian, Indic scripts and emoji are written with; every other format character goes,
# first of all those that turn the direction and make "exe.gpj" look like "jpg.exe".
_JOINERS = frozenset("\u200c\u200d")
# Letters and marks that show nothing: a name of these alone would look like none.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_PILED_UP = 4  # marks on one letter; the languages that need most need fewer


def safe_name(name: str) -> str:
    """The last part of a path, without characters that control, deceive or are forbidden in file names;
    at most 200 characters and 240 bytes, the extension kept. "file" when nothing is left."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = "".join(_clean(character) for character in unicodedata.normalize("NFC", last))
    cleaned = "".join(_readable(cleaned))
    cleaned = " ".join(cleaned.split()).strip(". ")
    if cleaned.split(".")[0].lower() in _RESERVED:
        cleaned = f"_{cleaned}"
    return _shortened(cleaned) or "file"


def _readable(name: str) -> Iterator[str]:
    """Without joiners where they join nothing, and without towers of marks that cover the lines above."""
    before, marks = "", 0
    for character in name:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _PILED_UP and not (character in _JOINERS and before.isascii()):
            yield character
            before = character


def _clean(character: str) -> str:
    if character in _INVISIBLE:
        return ""
    if character in _JOINERS:
        return character
    if character in _FORBIDDEN:
        return "_"
    kind = unicodedata.category(character)
    if kind in ("Zl", "Zp") or character in "\t\n\r":
        return " "
    return "" if kind in ("Cc", "Cf", "Cs", "Co", "Cn") else character


def _shortened(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > 20:
        stem, dot, extension = name, "", ""
    ending = dot + extension
    while stem and not _fits(stem + ending):
        stem = stem[:-1]
    return stem.rstrip("\u200c\u200d. ") + ending if stem else ending.lstrip(".")


def _fits(name: str) -> bool:
    return len(name) <= LONGEST and len(name.encode()) <= LONGEST_BYTES
