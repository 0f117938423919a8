"""The dialogues of the seeded world: templates of our own, one TOML file a language."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

Who = Literal["customer", "agent", "note", "article", "options", "handover", "customer_file", "agent_file"]


class Turn(msgspec.Struct, frozen=True):
    """One turn: who, and the ways of saying it (or the articles, the reason, the kind of file)."""

    who: Who
    ways: tuple[str, ...]


class Dialogue(msgspec.Struct, frozen=True):
    """A conversation to be played: on which page it began, and its turns. Heavier ones are played more often."""

    language: str
    weight: int
    page: tuple[str, str]
    turns: tuple[Turn, ...]


@lru_cache
def dialogues(language: str) -> tuple[Dialogue, ...]:
    """All dialogues of a language."""
    content: dict[str, Any] = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text("utf-8"))
    return tuple(_dialogue(language, one) for one in content["dialogue"])


def _dialogue(language: str, one: dict[str, Any]) -> Dialogue:
    turns = [{"who": who, "ways": ways} for who, *ways in one["turns"]]
    return msgspec.convert({**one, "language": language, "turns": turns}, Dialogue)
