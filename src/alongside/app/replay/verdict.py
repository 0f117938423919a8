"""Whether a transcript keeps what was acknowledged: pure."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from alongside.app.replay.tally import CUSTOMER, Fate, Receipt
from alongside.app.replay.transcript import Line

_HANDED = frozenset({"handed_over", "assigned"})


class Verdict(msgspec.Struct, frozen=True):
    """What a transcript lacks or has too often. `arrived`: the question is there. Of entries: `lost`
    are not there as they were acknowledged; `doubled`, among them a customer's words that nobody said."""

    arrived: bool
    lost: int
    doubled: int
    in_order: bool


def judge(fate: Fate, transcript: Sequence[Line], *, gapless: bool) -> Verdict:
    """Hold what was acknowledged against what is there. `gapless`: the transcript should have every number from 1
    on, as an agent's has; a customer's leaves out what is for the team."""
    times = Counter(line.entry_id for line in transcript)
    return Verdict(
        arrived=fate.listed and times[fate.entry_id] > 0,
        lost=sum(not _keeps(transcript, receipt) for receipt in fate.receipts),
        doubled=sum(count - 1 for count in times.values()) + _unsaid(fate, transcript),
        in_order=_in_order(transcript, gapless),
    )


def _keeps(transcript: Sequence[Line], receipt: Receipt) -> bool:
    if any(_is(line, receipt) for line in transcript):
        return True
    return receipt.vague and any(line.kind in _HANDED for line in transcript)


def _is(line: Line, receipt: Receipt) -> bool:
    """The same entry, at the place that was told, saying what was said."""
    return (line.entry_id, line.seq, line.author.kind, line.text) == (
        receipt.entry_id,
        receipt.seq,
        receipt.author,
        receipt.text,
    )


def _unsaid(fate: Fate, transcript: Sequence[Line]) -> int:
    """The customer asked once: what else they seem to have said is a retry that was taken for a new question."""
    return sum(line.is_message_by(CUSTOMER) and line.entry_id != fate.entry_id for line in transcript)


def _in_order(transcript: Sequence[Line], gapless: bool) -> bool:
    places = [line.seq for line in transcript]
    if gapless:
        return places == list(range(1, len(places) + 1))
    return all(one < next_one for one, next_one in pairwise(places))


def was_handed_over(transcript: Sequence[Line]) -> bool:
    """Whether a human was brought in."""
    return any(line.kind in _HANDED for line in transcript)


def answered_by(transcript: Sequence[Line], *kinds: str) -> bool:
    """Whether the question was followed by words of theirs."""
    asked = next((line.seq for line in transcript if line.is_message_by(CUSTOMER)), None)
    return asked is not None and any(line.seq > asked and line.is_message_by(*kinds) for line in transcript)
