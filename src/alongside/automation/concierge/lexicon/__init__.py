"""The words by which the concierge knows wishes, feelings and courtesies, in every language it reads.

One JSON file a language; all are read together, for people mix them. An entry of several words is a phrase,
a trailing `*` stands for any ending.
"""

import json
from functools import lru_cache
from importlib.resources import files

from alongside.knowledge.spelling import near

LANGUAGES = ("en", "de")
_LONGEST_WORD = 40


@lru_cache
def listed(name: str, language: str | None = None) -> frozenset[str]:
    """The entries of a list, of one language or of all together."""
    languages = (language,) if language else LANGUAGES
    return frozenset(entry for spoken in languages for entry in _file(spoken).get(name, ()))


@lru_cache
def _file(language: str) -> dict[str, list[str]]:
    text = files(__name__).joinpath(f"{language}.json").read_text("utf-8")
    content: dict[str, list[str]] = json.loads(text)
    return content


@lru_cache
def _phrases(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(entry.split()) for entry in listed(name))


@lru_cache
def _known() -> frozenset[str]:
    names = {name for language in LANGUAGES for name in _file(language)}
    return frozenset(word for name in names for phrase in _phrases(name) for word in phrase)


@lru_cache(maxsize=50_000)
def _meant(word: str) -> frozenset[str]:
    """The words of the lexicon that a written word may stand for. One written right is nobody's slip."""
    beginnings = {known for known in _known() if known.endswith("*") and word.startswith(known[:-1])}
    if word in _known() or len(word) > _LONGEST_WORD:
        return frozenset({word, *beginnings})
    return frozenset({known for known in _known() if near(word, known)} | beginnings)


def means(word: str, name: str) -> bool:
    """Whether a word is on a list, exactly or mistyped."""
    return not listed(name).isdisjoint(_meant(word))


def says(clause: list[str], name: str) -> bool:
    """Whether a clause contains an entry of a list: a word, a phrase, or a beginning (`verstorb*`)."""
    return any(span_at(clause, at, name) for at in range(len(clause)))


def span_at(clause: list[str], at: int, name: str) -> int:
    """How many words from `at` on are an entry of a list, the longest if several; 0 if none begins there."""
    begun = _begun_by(_meant(clause[at]), name)
    return max((len(phrase) for phrase in begun if _goes_on(clause, at, phrase)), default=0)


@lru_cache(maxsize=50_000)
def _begun_by(meant: frozenset[str], name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(phrase for phrase in _phrases(name) if phrase[0] in meant)


def _goes_on(clause: list[str], at: int, phrase: tuple[str, ...]) -> bool:
    following = clause[at : at + len(phrase)]
    return len(following) == len(phrase) and all(
        wanted in _meant(word) for word, wanted in zip(following[1:], phrase[1:], strict=True)
    )
