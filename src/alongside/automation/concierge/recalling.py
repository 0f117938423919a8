"""What the concierge remembers is what stands in the journal: no state of its own that could disagree with it."""

from collections.abc import Sequence

import msgspec

from alongside.automation.concierge.language import language_of
from alongside.automation.concierge.model import OPTION, Heard, Memory
from alongside.conversations.model import Entry


class Recollection(msgspec.Struct, frozen=True):
    """The journal as the concierge sees it. `trigger` is the entry that it has to answer: the person's last
    one since it spoke, or the beginning if it has not greeted yet; None if there is nothing to say."""

    heard: Heard
    memory: Memory
    trigger: Entry | None


def recall(entries: Sequence[Entry], language: str) -> Recollection:
    """Recall a conversation from its entries, in their order. `language` is what it is held in: as
    `told_language` says, else what is known of the person."""
    mine = [entry for entry in entries if _is_message(entry, "concierge")]
    said = [entry for entry in entries if _is_message(entry, "person")]
    waiting = [entry for entry in said if entry.seq > _answered_upto(entries)]
    heard = _heard(waiting)
    memory = Memory(
        language=language,
        clarifications=_clarifications(entries),
        questions=tuple(text for text in map(_text, said) if text),
        shown=tuple(entry.body["source"]["title"] for entry in mine if entry.body.get("source")),
        greeted=bool(mine),
    )
    return Recollection(heard, memory, waiting[-1] if waiting else _beginning(entries, memory))


def _is_message(entry: Entry, author: str) -> bool:
    return entry.kind == "message" and entry.author.kind == author


def _answered_upto(entries: Sequence[Entry]) -> int:
    """Nothing before this number is the concierge's to answer: it has, or a human was there."""
    answers = (
        entry.seq
        for entry in entries
        if (entry.kind == "message" and entry.author.kind in ("concierge", "agent"))
        or entry.kind == "handed_over"
    )
    return max(answers, default=0)


def _heard(waiting: Sequence[Entry]) -> Heard:
    choices = [str(entry.body["choice"]) for entry in waiting if entry.body.get("choice")]
    return Heard(
        texts=tuple(map(_text, waiting)),
        choice=choices[-1] if choices else None,
        has_files=any(entry.body.get("files") for entry in waiting),
    )


def _text(entry: Entry) -> str:
    return str(entry.body.get("text", "")).strip()


def told_language(entries: Sequence[Entry]) -> str | None:
    """The language of the person's last words that tell one. Taps tell none: their labels are ours."""
    said = (entry for entry in reversed(entries) if _is_message(entry, "person"))
    written = (_text(entry) for entry in said if not entry.body.get("choice"))
    return next((language for language in map(language_of, written) if language), None)


def _clarifications(entries: Sequence[Entry]) -> int:
    """How often options were named since the conversation came to the concierge."""
    since = max((entry.seq for entry in entries if entry.kind == "handed_over"), default=0)
    return sum(entry.seq > since and _names_options(entry) for entry in entries)


def _names_options(entry: Entry) -> bool:
    choices = entry.body.get("choices", ()) if _is_message(entry, "concierge") else ()
    return any(str(choice.get("id", "")).startswith(OPTION) for choice in choices)


def _beginning(entries: Sequence[Entry], memory: Memory) -> Entry | None:
    """The `started` entry, as long as nothing else has happened."""
    fresh = not memory.greeted and not memory.questions
    started = [entry for entry in entries if entry.kind == "started"]
    return started[0] if fresh and started and _answered_upto(entries) == 0 else None
