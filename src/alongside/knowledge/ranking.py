"""How well an article fits a question, between 0 and 1. Pure.

Three views, each blind to something: shared rare words with one example question (blind to typing mistakes),
shared spelling with it (blind to other words), and how much of the question the whole article covers at all
(blind to what the article is about). A word weighs more the fewer articles have it (inverse document
frequency), so that "please" and "electricity" decide nothing. A question of one single word says little,
unless it is an example question itself.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec

_WORDS, _SPELLING, _COVERAGE = 0.5, 0.2, 0.3
_ONE_WORD = 0.7


class Phrase(msgspec.Struct, frozen=True):
    """One example question, or the title: its stemmed words and its likeness in spelling to what was asked."""

    lexemes: frozenset[str]
    similarity: float


class Candidate(msgspec.Struct, frozen=True):
    """An article as far as ranking needs it; `lexemes` are those of everything in it."""

    phrases: tuple[Phrase, ...]
    lexemes: frozenset[str]


def weights_of(frequencies: Mapping[str, int], articles: int) -> dict[str, float]:
    """The weight of each lexeme from the number of articles that have it; unknown words weigh most."""
    return {word: math.log(1 + (articles + 1) / (1 + count)) for word, count in frequencies.items()}


def score(asked: frozenset[str], candidate: Candidate, weights: Mapping[str, float]) -> float:
    """How well a candidate fits the lexemes that were asked, 0 to 1."""
    if not asked or not candidate.phrases:
        return 0.0
    best = max(
        _WORDS * overlap(asked, phrase.lexemes, weights) + _SPELLING * phrase.similarity
        for phrase in candidate.phrases
    )
    whole = min(1.0, best + _COVERAGE * coverage(asked, candidate.lexemes, weights))
    return whole if len(asked) > 1 or _is_example(asked, candidate) else whole * _ONE_WORD


def _is_example(asked: frozenset[str], candidate: Candidate) -> bool:
    return any(phrase.lexemes == asked for phrase in candidate.phrases)


def overlap(asked: frozenset[str], phrase: frozenset[str], weights: Mapping[str, float]) -> float:
    """The weighted Dice coefficient of two sets of words."""
    both = _weight(asked & phrase, weights)
    whole = _weight(asked, weights) + _weight(phrase, weights)
    return 2 * both / whole if whole else 0.0


def coverage(asked: frozenset[str], article: frozenset[str], weights: Mapping[str, float]) -> float:
    """How much of the weight of what was asked the article has."""
    whole = _weight(asked, weights)
    return _weight(asked & article, weights) / whole if whole else 0.0


def _weight(words: frozenset[str], weights: Mapping[str, float]) -> float:
    return sum(weights.get(word, 1.0) for word in words)


def ranked(scores: Sequence[float], least: float, most: int) -> list[int]:
    """The positions of the best scores, at most `most` and none below `least`, best first; ties in order."""
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    return [at for at in order if scores[at] >= least][:most]
