"""What to do about what was said. Pure: the same words and memory always give the same command.

Two thoughts: the first needs only the words (a wish for a human, a feeling, a tap, a courtesy) and may say that
the knowledge base has to be asked; the second judges what it answered.
"""

from collections.abc import Sequence

from alongside.automation.concierge.courtesies import courtesy_of
from alongside.automation.concierge.feelings import feeling_of
from alongside.automation.concierge.model import (
    HELPED,
    HUMAN,
    MOST_CLARIFICATIONS,
    MOST_OPTIONS,
    OPTION,
    TOPIC,
    Answer,
    Clarify,
    Command,
    Fetch,
    HandOver,
    Heard,
    LookUp,
    Memory,
    Option,
    Passage,
    Reply,
    Thought,
)
from alongside.automation.concierge.wishes import wants_human

SURE = 0.58
POSSIBLE = 0.38
LEAD = 0.08


def first_thought(heard: Heard) -> Thought:
    """The command that the words alone call for, or what has to be looked up first."""
    if heard.choice == HUMAN or wants_human(heard.text):
        return HandOver("asked")
    if feeling := feeling_of(heard.text):
        return HandOver("feelings", feeling)
    if heard.has_files:
        return HandOver("file")
    return _tapped(heard.choice) or _said(heard)


def _tapped(choice: str | None) -> Thought | None:
    if choice == HELPED:
        return Reply("helped")
    for beginning in (TOPIC, OPTION):
        if choice and choice.startswith(beginning):
            return Fetch(choice.removeprefix(beginning))
    return None


def _said(heard: Heard) -> Thought:
    courtesy = courtesy_of(heard.text)
    return Reply(courtesy) if courtesy else LookUp(heard.text)


def second_thought(found: Sequence[Passage], memory: Memory) -> Command:
    """Answer if one passage is sure, name options if some are possible, else bring in a human.

    `found` is ordered, best first. Options are named at most twice before a human comes."""
    if found and is_sure(found):
        return Answer(found[0])
    possible = [passage for passage in found if passage.score >= POSSIBLE][:MOST_OPTIONS]
    if possible and memory.clarifications < MOST_CLARIFICATIONS:
        return Clarify(tuple(Option(passage.slug, passage.title) for passage in possible))
    return _give_up(found)


def is_sure(found: Sequence[Passage]) -> bool:
    """Whether the best passage fits well enough and clearly better than the next."""
    best, second = found[0].score, found[1].score if len(found) > 1 else 0.0
    return best >= SURE and (best - second >= LEAD or best >= 0.9)


def _give_up(found: Sequence[Passage]) -> HandOver:
    best = found[0] if found else None
    return HandOver(
        "unsure", intent=best.slug if best else None, confidence=round(best.score, 3) if best else None
    )


def fetched(passage: Passage | None) -> Command:
    """A tapped topic is answered by its article; one that is gone meanwhile goes to a human."""
    return Answer(passage) if passage else HandOver("unsure")
