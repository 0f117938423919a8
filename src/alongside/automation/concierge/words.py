"""Text as the concierge reads it: folded words, clauses, and words that are nearly another one."""

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'", "`": "'", "´": "'"})
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
_BREAK = re.compile(r"[.,;:!?\n()–—]+| - ")


def folded(text: str) -> str:
    """Lower case, without accents, umlauts spelt out: „Möchte“ and „moechte“ become the same."""
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The folded words of a text, apostrophes closed up: "Don't!" gives `dont`."""
    return [word.replace("'", "") for word in _WORD.findall(folded(text))]


def clauses(text: str, breaks: frozenset[str]) -> list[list[str]]:
    """The words of each clause; punctuation and the conjunctions in `breaks` end one."""
    found: list[list[str]] = []
    for part in _BREAK.split(folded(text)):
        found.append([])
        for word in words(part):
            if word in breaks:
                found.append([])
            else:
                found[-1].append(word)
    return [clause for clause in found if clause]
