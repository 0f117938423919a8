"""What the concierge hears, remembers and decides: plain values."""

from typing import Literal

import msgspec

from alongside.automation.concierge.courtesies import Courtesy
from alongside.automation.concierge.feelings import Feeling

HUMAN = "human"
HELPED = "helped"
TOPIC = "topic:"
OPTION = "option:"
MOST_CLARIFICATIONS = 2
MOST_OPTIONS = 3

Reason = Literal["asked", "unsure", "feelings", "file"]


class Heard(msgspec.Struct, frozen=True):
    """What a person has said since the concierge last spoke: the texts in order, the last tap, any files."""

    texts: tuple[str, ...]
    choice: str | None = None
    has_files: bool = False

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(text for text in self.texts if text)


class Memory(msgspec.Struct, frozen=True):
    """What the concierge knows of the conversation so far, recalled from its journal."""

    language: str = "en"
    clarifications: int = 0
    questions: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    greeted: bool = False


class Option(msgspec.Struct, frozen=True):
    """An article that can be chosen: the end of its address and what to call it."""

    slug: str
    label: str


class Passage(msgspec.Struct, frozen=True):
    """An article's own words, where they stand, and how well they fit the question (0 to 1)."""

    slug: str
    title: str
    text: str
    url: str | None
    score: float


class Greet(msgspec.Struct, frozen=True, tag=True):
    """Say hello and offer topics."""


class Reply(msgspec.Struct, frozen=True, tag=True):
    """A courtesy for a courtesy."""

    courtesy: Courtesy | Literal["helped"]


class Answer(msgspec.Struct, frozen=True, tag=True):
    """Show a passage, with its source."""

    passage: Passage


class Clarify(msgspec.Struct, frozen=True, tag=True):
    """Name up to three things that may have been meant."""

    options: tuple[Option, ...]


class HandOver(msgspec.Struct, frozen=True, tag=True):
    """Tell the customer, then bring in a human."""

    reason: Reason
    feeling: Feeling | None = None
    intent: str | None = None
    confidence: float | None = None


class Fetch(msgspec.Struct, frozen=True, tag=True):
    """A topic was tapped: the article is needed before deciding."""

    slug: str


class LookUp(msgspec.Struct, frozen=True, tag=True):
    """A question was asked: what the knowledge base has on it is needed before deciding."""

    query: str


Command = Greet | Reply | Answer | Clarify | HandOver
Thought = Reply | HandOver | Fetch | LookUp
