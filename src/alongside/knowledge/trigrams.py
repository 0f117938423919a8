"""Trigram similarity as PostgreSQL's pg_trgm defines it, for a database that lacks the extension.

Each word is lower-cased and padded with two blanks before and one after; the similarity is the share of
trigrams that two texts have in common.
"""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=10_000)
def trigrams(text: str) -> frozenset[str]:
    """All trigrams of all words of a text."""
    padded = (f"  {word} " for word in _WORD.findall(text.lower()))
    return frozenset(word[i : i + 3] for word in padded for i in range(len(word) - 2))


def similarity(one: str, other: str) -> float:
    """How alike two texts are in spelling, 0 to 1."""
    mine, theirs = trigrams(one), trigrams(other)
    if not mine or not theirs:
        return 0.0
    return len(mine & theirs) / len(mine | theirs)
