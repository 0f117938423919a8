"""Feelings go to humans: anger, grief and distress, noticed by the words that people use for them."""

import re
from typing import Literal

from alongside.automation.concierge.lexicon import listed, says
from alongside.automation.concierge.words import clauses, words

Feeling = Literal["anger", "grief", "distress"]
_SHOUTED_WORDS = 2
_LOUD = re.compile(r"!{2}|[!?]{3}")


def feeling_of(text: str) -> Feeling | None:
    """The strongest feeling in a text: grief before distress before anger; None if it is calm."""
    said = clauses(text, listed("clause_breaks"))
    if _says_calmly(words(text), "grief", said) or any(_tells_of_a_death(clause) for clause in said):
        return "grief"
    if _says_calmly(words(text), "distress", said):
        return "distress"
    return "anger" if _says_calmly(words(text), "anger", said) or _shouts(text) else None


def _says_calmly(whole: list[str], name: str, said: list[list[str]]) -> bool:
    """Whether a list is heard in the whole text, and somewhere without a "not" right before it."""
    if not says(whole, name):
        return False
    heard = [clause for clause in said if says(clause, name)]
    return not heard or any(not _denied(clause, name) for clause in heard)


def _denied(clause: list[str], name: str) -> bool:
    """ "I'm not angry": without its "not …" the clause no longer has the feeling."""
    negators = listed("negators")
    kept = [
        word
        for at, word in enumerate(clause)
        if word not in negators and not any(before in negators for before in clause[max(0, at - 2) : at])
    ]
    return not says(kept, name)


def _tells_of_a_death(clause: list[str]) -> bool:
    """Somebody died, not the boiler's battery."""
    for at, word in enumerate(clause):
        if word in listed("died") and any(near in listed("kin") for near in clause[max(0, at - 3) : at]):
            return True
    return False


def _shouts(text: str) -> bool:
    """Several words in capitals and a row of exclamation marks; capitals alone are a habit."""
    capitals = [word for word in re.findall(r"[^\W\d_]{3,}", text) if word.isupper()]
    return len(capitals) >= _SHOUTED_WORDS and _LOUD.search(text) is not None
