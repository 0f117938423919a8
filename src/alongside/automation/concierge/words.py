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


def near(one: str, other: str) -> bool:
    """Whether one word is probably the other, mistyped.

    One slip (a letter more, less, wrong, or two swapped) from five letters on, two from ten on; with four
    letters only a swap. The beginning must agree, or be swapped: people seldom miss the first letter.
    """
    if one == other:
        return True
    shorter = min(len(one), len(other))
    if shorter < 4 or not _same_beginning(one, other):
        return False
    if shorter == 4:
        return len(one) == len(other) and sorted(one) == sorted(other) and slips(one, other) == 1
    return slips(one, other) <= (2 if shorter >= 10 else 1)


def _same_beginning(one: str, other: str) -> bool:
    return one[0] == other[0] or one[:2] == other[1::-1]


def slips(one: str, other: str) -> int:
    """Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, previous, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]
