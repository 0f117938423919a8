"""What the concierge remembers of a journal."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from alongside.automation.concierge.recalling import recall, told_language
from alongside.conversations.model import Entry
from alongside.kit.actors import CONCIERGE, SYSTEM, Actor, agent, person
from alongside.kit.ids import uuid7

MARA, SAM = person(uuid7()), agent(uuid7())


def journal(*lines: tuple[str, Actor, dict[str, Any]]) -> list[Entry]:
    """A journal of (kind, author, body)."""
    return [
        Entry(seq, UUID(int=seq), kind, "everyone", author, datetime(2026, 1, 1, tzinfo=UTC), body)
        for seq, (kind, author, body) in enumerate(lines, 1)
    ]


STARTED = ("started", MARA, dict[str, Any]())
GREETED = ("message", CONCIERGE, {"text": "Hello", "choices": [{"id": "topic:a", "label": "A"}]})


def says(text: str, **more: Any) -> tuple[str, Actor, dict[str, Any]]:
    """A line of Mara's."""
    return "message", MARA, {"text": text, **more}


def test_a_fresh_conversation_is_to_be_greeted() -> None:
    recalled = recall(journal(STARTED), "de")
    assert recalled.trigger
    assert recalled.trigger.kind == "started"
    assert recalled.memory.language == "de"


def test_once_greeted_there_is_nothing_to_say_until_somebody_speaks() -> None:
    assert recall(journal(STARTED, GREETED), "en").trigger is None


def test_everything_said_since_the_last_answer_is_heard_together() -> None:
    recalled = recall(journal(STARTED, GREETED, says("Hi"), says("My bill is too high")), "en")
    assert recalled.heard.texts == ("Hi", "My bill is too high")
    assert recalled.trigger
    assert recalled.trigger.seq == 4


def test_what_a_human_has_answered_is_not_answered_again() -> None:
    lines = [STARTED, GREETED, says("Hi"), ("message", SAM, {"text": "Hello Mara"})]
    assert recall(journal(*lines), "en").trigger is None


def test_after_a_handoff_back_only_new_words_count_and_clarifications_start_anew() -> None:
    options = ("message", CONCIERGE, {"text": "Which?", "choices": [{"id": "option:a", "label": "A"}]})
    lines = [STARTED, says("bill"), options, says("hm"), ("handed_over", SYSTEM, {"to": "concierge"})]
    assert recall(journal(*lines[:4]), "en").memory.clarifications == 1
    back = recall(journal(*lines), "en")
    assert (back.memory.clarifications, back.trigger) == (0, None)


def test_the_person_s_own_words_tell_the_language_and_a_tap_does_not() -> None:
    tapped = says("I'm moving home and need help", choice="topic:a")
    asked = says("Ich habe eine Frage zu meiner Rechnung")
    assert told_language(journal(STARTED, asked, tapped)) == "de"
    assert told_language(journal(STARTED, tapped)) is None


def test_taps_files_and_shown_sources_are_remembered() -> None:
    shown = ("message", CONCIERGE, {"text": "…", "source": {"title": "Moving home", "url": "https://x"}})
    tap = says("A human, please", choice="human", files=[{"name": "bill.pdf"}])
    recalled = recall(journal(STARTED, says("I move"), shown, tap), "en")
    assert recalled.memory.shown == ("Moving home",)
    assert (recalled.heard.choice, recalled.heard.has_files) == ("human", True)
    assert recalled.memory.questions == ("I move", "A human, please")
