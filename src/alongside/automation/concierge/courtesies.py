"""Small talk: what is no question for the knowledge base, but deserves a word."""

from typing import Literal

from alongside.automation.concierge.lexicon import listed, means, says
from alongside.automation.concierge.words import words

Courtesy = Literal["hello", "thanks", "bye", "vague", "identity"]
_MOST_WORDS = 10


def courtesy_of(text: str) -> Courtesy | None:
    """Which courtesy a text is, if it is nothing else: "Hi, can you help me?" is `vague`."""
    said = words(text)
    if says(said, "bot_question"):
        return "identity"
    if not said or len(said) > _MOST_WORDS or not all(_is_courteous(word) for word in said):
        return None
    return _kind_of(said)


def _is_courteous(word: str) -> bool:
    return word in listed("courtesy_filler") or any(
        means(word, name) for name in ("hello", "thanks", "bye", "vague")
    )


def _kind_of(said: list[str]) -> Courtesy | None:
    """The weightiest: a vague question is more than a greeting, thanks more than a farewell."""
    kinds: tuple[Courtesy, ...] = ("vague", "thanks", "bye", "hello")
    for kind in kinds:
        if any(means(word, kind) for word in said):
            return kind
    return None
