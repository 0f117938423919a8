"""The checker can fail: each kind of harm, done to a history that was well, is found."""

from dataclasses import replace

import pytest

from tests.faults.checking import Evidence, Finding, Sight, State, judge
from tests.faults.diary import Acknowledged, Refusal
from tests.faults.frames import Line

TALK = "talk"
LINES = [Line(seq, f"entry {seq}", "team" if seq == 3 else "everyone") for seq in range(1, 7)]
SHOWN = [line for line in LINES if line.audience == "everyone"]
PROMISES = [Acknowledged("mara", TALK, f"entry {seq}", seq) for seq in (2, 4, 5, 6)]
MARA = Sight("mara", TALK, "everyone", SHOWN, 0, 6)
INES = Sight("ines", TALK, "team", LINES, 0, 6)
RESUMED = Sight("late", TALK, "team", LINES[4:], 4, 6, earlier=LINES[:2])


def history(**changes: object) -> Evidence:
    well = Evidence(PROMISES, {TALK: LINES}, {TALK: LINES}, {TALK: 6}, [MARA, INES, RESUMED])
    return replace(well, **changes)  # type: ignore[arg-type]


def stored(lines: list[Line]) -> Evidence:
    """A history whose journal holds these, and whose screens show what it holds."""
    last = lines[-1].seq
    everyone = [line for line in lines if line.audience == "everyone"]
    sights = [replace(MARA, lines=everyone, upto=last), replace(INES, lines=lines, upto=last)]
    return history(database={TALK: lines}, web={TALK: lines}, last_seq={TALK: last}, sights=sights)


def kinds(findings: list[Finding]) -> set[str]:
    return {finding.kind for finding in findings}


def test_a_history_that_is_well_gives_no_finding() -> None:
    assert judge(history()) == []


def test_an_acknowledged_message_that_is_not_there_is_lost() -> None:
    assert kinds(judge(stored(LINES[:5]))) == {"lost"}


def test_a_lost_message_whose_number_another_took_is_lost() -> None:
    assert "lost" in kinds(judge(stored([*LINES[:5], Line(6, "somebody else's")])))


def test_a_message_that_stands_twice_is_doubled() -> None:
    assert kinds(judge(stored([*LINES, Line(7, "entry 5")]))) >= {"doubled"}


def test_a_number_that_is_missing_is_a_gap() -> None:
    assert "gap" in kinds(judge(stored([line for line in LINES if line.seq != 3])))


def test_a_number_that_is_there_twice_is_a_gap() -> None:
    assert "gap" in kinds(judge(stored([*LINES, Line(6, "entry 7")])))


def test_a_conversation_that_counts_otherwise_than_its_entries_has_a_gap() -> None:
    assert kinds(judge(history(last_seq={TALK: 7}))) == {"gap"}


def test_messages_that_changed_places_after_they_were_acknowledged_have_moved() -> None:
    swapped = [*LINES[:4], Line(5, "entry 6"), Line(6, "entry 5")]
    assert kinds(judge(stored(swapped))) == {"moved"}


def test_what_the_desk_reads_otherwise_than_it_is_stored_differs() -> None:
    assert kinds(judge(history(web={TALK: LINES[:5]}))) == {"differs"}


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([*SHOWN[:3], SHOWN[2], *SHOWN[3:]], "doubled"),
        ([*SHOWN[:3], SHOWN[4], SHOWN[3]], "disorder"),
        (SHOWN[1:], "hidden"),
        (SHOWN[:4], "hidden"),
        ([*SHOWN, Line(7, "never stored")], "foreign"),
        (LINES, "foreign"),
        ([*SHOWN[:4], Line(7, "entry 6")], "disorder"),
    ],
    ids=["twice", "reordered", "without the first", "without the last", "invented", "a note", "renumbered"],
)
def test_a_screen_that_shows_something_else_than_what_is_stored_is_found(
    lines: list[Line], kind: str
) -> None:
    assert kinds(judge(history(sights=[replace(MARA, lines=lines), INES]))) == {kind}


def test_a_screen_that_stands_still_is_found() -> None:
    assert "hidden" in kinds(judge(history(sights=[replace(INES, lines=LINES[:4], upto=4)])))


def test_what_was_shown_once_and_is_not_stored_so_is_found() -> None:
    forgotten = replace(RESUMED, earlier=[Line(2, "shown before it was durable")])
    assert kinds(judge(history(sights=[forgotten]))) == {"foreign"}


def test_a_state_that_is_not_what_asking_anew_gives_is_found_with_what_differs() -> None:
    [finding] = judge(history(states=[State("ines", "desk", {"a": 1, "b": 2}, {"a": 1, "b": 3})]))
    assert str(finding) == "state: ines, desk: b: 2 is held, 3 is so"


def test_an_error_is_excused_only_by_its_code_and_with_a_time_to_try_again() -> None:
    away = Refusal("mara", "command", "unavailable", "", retry=True)
    assert judge(history(refusals=[away]), excused={"unavailable"}) == []
    assert kinds(judge(history(refusals=[away]))) == {"refused"}
    assert kinds(judge(history(refusals=[replace(away, retry=False)]), {"unavailable"})) == {"refused"}
    assert kinds(judge(history(refusals=[replace(away, code="internal")]), {"unavailable"})) == {"refused"}


def test_who_is_shown_out_for_good_is_found() -> None:
    restarting = Refusal("mara", "bye", "restarting", "", retry=True)
    assert judge(history(byes=[restarting])) == []
    assert kinds(judge(history(byes=[replace(restarting, retry=False)]))) == {"shown out"}


def test_a_failure_over_http_is_found_unless_the_fault_excuses_it() -> None:
    assert kinds(judge(history(web_failures=["503 unavailable"]))) == {"refused"}
    assert judge(history(web_failures=["503 unavailable"]), web_excused=["503"]) == []


def test_what_broke_the_protocol_or_never_settled_is_found() -> None:
    assert kinds(judge(history(troubles=["a range begins at 3"], settled=False))) == {"broken", "unsettled"}
