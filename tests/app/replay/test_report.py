"""What the report says, from what was written down."""

from alongside.app.replay.report import report_of, spread
from alongside.app.replay.tally import Tally
from alongside.app.replay.transcript import Author, Line
from alongside.kit.ids import uuid7


def test_percentiles_are_values_that_were_measured() -> None:
    measured = spread([number / 1000 for number in range(200, 0, -1)])
    assert measured is not None
    assert (measured.p50, measured.p95, measured.p99, measured.longest) == (100, 190, 198, 200)


def test_of_one_all_percentiles_are_the_same() -> None:
    measured = spread([0.0125, None])
    assert measured is not None
    assert (measured.p50, measured.p95, measured.p99, measured.longest) == (12.5, 12.5, 12.5, 12.5)


def test_of_nothing_there_are_none() -> None:
    assert spread([None]) is None


def test_a_question_seen_before_it_was_acknowledged_arrived_when_it_was_seen() -> None:
    fate = Tally(1).begin("Where?")
    fate.seen(1, 10.0)
    fate.seen(2, 11.0)
    fate.seen(3, 12.0)
    assert fate.arrived_at is None
    fate.acknowledged(2, 13.0)
    assert fate.arrived_at == 11.0


def test_a_question_seen_after_it_was_acknowledged_arrived_when_it_was_seen() -> None:
    fate = Tally(1).begin("Where?")
    fate.acknowledged(2, 10.0)
    fate.seen(1, 11.0)
    fate.seen(2, 12.0)
    fate.seen(3, 13.0)
    assert fate.arrived_at == 12.0


def test_conversations_of_others_do_not_count() -> None:
    tally = Tally(1)
    tally.seen(uuid7(), 2, 1.0)
    assert report_of(tally, 1.0, by_desk=True, interrupted=False).seen_live == 0


def test_what_was_acknowledged_and_could_not_be_read_back_is_not_well() -> None:
    tally = Tally(1)
    tally.begin("Where?").acknowledged(2, 1.0)
    report = report_of(tally, 1.0, by_desk=True, interrupted=False)
    assert (report.well, report.unverified, report.lost, len(report.suspicious)) == (False, 1, 0, 1)


def test_what_was_lost_is_named() -> None:
    tally = Tally(1)
    fate = tally.begin("Where?")
    fate.acknowledged(2, 1.0)
    fate.transcript, fate.listed = [], True
    report = report_of(tally, 1.0, by_desk=True, interrupted=False)
    assert (report.well, report.lost, report.suspicious) == (False, 1, [str(fate.conversation_id)])


def test_a_question_missing_in_the_desks_list_is_not_well_though_its_transcript_is() -> None:
    tally = Tally(1)
    fate = tally.begin("Where?")
    fate.acknowledged(1, 1.0)
    fate.transcript = [Line(1, fate.entry_id, "message", Author("person"), {"text": "Where?"})]
    report = report_of(tally, 1.0, by_desk=True, interrupted=False)
    assert (report.well, report.arrived, report.lost) == (False, 0, 0)
    fate.listed = True
    assert report_of(tally, 1.0, by_desk=True, interrupted=False).well


def test_a_question_cut_short_is_neither_acknowledged_nor_failed() -> None:
    tally = Tally(3)
    tally.begin("One?")
    tally.begin("Two?").failure = "invalid"
    report = report_of(tally, 1.0, by_desk=True, interrupted=True)
    assert (report.asked, report.acknowledged, report.failed, report.cut_short) == (2, 0, 1, 1)
