"""Whether a transcript keeps what was acknowledged."""

from typing import Any
from uuid import UUID

from alongside.app.replay.tally import Fate, Receipt
from alongside.app.replay.transcript import Author, Line
from alongside.app.replay.verdict import Verdict, answered_by, judge, was_handed_over
from alongside.kit.ids import uuid7

WELL = Verdict(arrived=True, lost=0, doubled=0, in_order=True)


def line(seq: int, kind: str, author: str, entry_id: UUID | None = None, **body: Any) -> Line:
    return Line(seq, entry_id or uuid7(), kind, Author(author), body)


def asked(text: str = "Where is my card?") -> tuple[Fate, list[Line]]:
    """An acknowledged question, and its transcript."""
    fate = Fate(text, listed=True)
    fate.acknowledged(2, 1.0)
    transcript = [
        line(1, "started", "person"),
        line(2, "message", "person", fate.entry_id, text=text),
        line(3, "message", "concierge", text="On its way."),
    ]
    return fate, transcript


def test_a_question_that_is_there_as_it_was_asked_is_well() -> None:
    fate, transcript = asked()
    assert judge(fate, transcript, gapless=True) == WELL


def test_a_question_that_is_not_there_is_lost() -> None:
    fate, transcript = asked()
    found = judge(fate, transcript[:1], gapless=True)
    assert (found.arrived, found.lost, found.doubled) == (False, 1, 0)


def test_other_words_than_were_acknowledged_are_a_loss() -> None:
    fate, transcript = asked()
    transcript[1] = line(2, "message", "person", fate.entry_id, text="Where is my c")
    assert judge(fate, transcript, gapless=True).lost == 1


def test_another_place_than_was_acknowledged_is_a_loss() -> None:
    fate, transcript = asked()
    transcript[1:2] = [
        line(2, "joined", "agent"),
        line(3, "message", "person", fate.entry_id, text=fate.text),
    ]
    assert judge(fate, transcript, gapless=True).lost == 1


def test_a_question_that_is_there_twice_is_doubled() -> None:
    fate, transcript = asked()
    transcript.append(line(4, "message", "person", fate.entry_id, text=fate.text))
    assert judge(fate, transcript, gapless=True).doubled == 1


def test_the_same_words_under_another_id_are_doubled() -> None:
    fate, transcript = asked()
    transcript.append(line(4, "message", "person", text=fate.text))
    assert judge(fate, transcript, gapless=True).doubled == 1


def test_a_gap_matters_only_to_those_who_should_see_everything() -> None:
    fate, transcript = asked()
    transcript.append(line(5, "message", "concierge", text="Anything else?"))
    assert not judge(fate, transcript, gapless=True).in_order
    assert judge(fate, transcript, gapless=False).in_order


def test_entries_in_a_wrong_order_are_seen() -> None:
    fate, transcript = asked()
    transcript[1], transcript[2] = transcript[2], transcript[1]
    assert not judge(fate, transcript, gapless=False).in_order


def test_a_question_that_the_desk_does_not_list_has_not_arrived() -> None:
    fate, transcript = asked()
    fate.listed = False
    assert not judge(fate, transcript, gapless=True).arrived


def test_a_wish_that_came_too_late_to_change_anything_leaves_no_entry_and_is_no_loss() -> None:
    fate, transcript = asked()
    fate.receipts.append(Receipt(uuid7(), 3, "person", vague=True))
    assert judge(fate, transcript, gapless=True).lost == 1
    transcript.append(line(4, "handed_over", "concierge", to="queue", reason="unsure"))
    assert judge(fate, transcript, gapless=True) == WELL


def test_only_words_after_the_question_answer_it() -> None:
    greeting = line(1, "message", "concierge", text="Hello!")
    question = line(2, "message", "person", text="Hm?")
    assert not answered_by([greeting, question], "concierge")
    assert answered_by([question, line(3, "message", "concierge", text="Yes.")], "concierge")
    assert not answered_by([greeting], "concierge")


def test_a_conversation_that_an_agent_took_from_the_concierge_counts_as_handed_over() -> None:
    assert was_handed_over([line(1, "assigned", "agent", agent_id="x")])
    assert not was_handed_over([line(1, "message", "concierge", text="Hello!")])
