"""What the reading back found, over all conversations of a replay: pure."""

from collections.abc import Sequence

import msgspec

from alongside.app.replay.tally import AGENT, CONCIERGE, Fate
from alongside.app.replay.transcript import Line
from alongside.app.replay.verdict import Verdict, answered_by, judge, was_handed_over

_NAMED_AT_MOST = 20


class Shares(msgspec.Struct, frozen=True):
    """Of the conversations that were read back, between 0 and 1. `answered_by_concierge`: by nobody else, and not
    handed over; what was handed over may be answered by an agent too."""

    answered_by_concierge: float
    handed_over: float
    answered_by_agent: float
    unanswered: float


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Questions that `arrived`; acknowledged entries that are `lost` or `doubled`; conversations that are
    `out_of_order` or `unverified`; the ids of the first 20 with anything wrong."""

    arrived: int
    lost: int
    doubled: int
    out_of_order: int
    unverified: int
    suspicious: list[str]
    shares: Shares | None


def findings_of(fates: Sequence[Fate], *, gapless: bool) -> Findings:
    """Judge what was read back; for `gapless` see `judge`."""
    read = [
        (fate, judge(fate, fate.transcript, gapless=gapless)) for fate in fates if fate.transcript is not None
    ]
    unverified = [fate for fate in fates if fate.receipts and fate.transcript is None]
    wrong = [fate for fate, verdict in read if _is_wrong(fate, verdict)] + unverified
    return Findings(
        arrived=sum(verdict.arrived for _, verdict in read),
        lost=sum(verdict.lost for _, verdict in read),
        doubled=sum(verdict.doubled for _, verdict in read),
        out_of_order=sum(not verdict.in_order for _, verdict in read),
        unverified=len(unverified),
        suspicious=[str(fate.conversation_id) for fate in wrong[:_NAMED_AT_MOST]],
        shares=_shares([fate.transcript for fate in fates if fate.transcript]),
    )


def _is_wrong(fate: Fate, verdict: Verdict) -> bool:
    missing = fate.acknowledged_at is not None and not verdict.arrived
    return bool(missing or verdict.lost or verdict.doubled or not verdict.in_order)


def _shares(transcripts: Sequence[Sequence[Line]]) -> Shares | None:
    if not transcripts:
        return None
    handed_over = [was_handed_over(transcript) for transcript in transcripts]
    agent = [answered_by(transcript, AGENT) for transcript in transcripts]
    human = [any(either) for either in zip(handed_over, agent, strict=True)]
    concierge = [answered_by(transcript, CONCIERGE) for transcript in transcripts]
    alone = [said and not passed for said, passed in zip(concierge, human, strict=True)]
    nobody = [not said and not passed for said, passed in zip(concierge, human, strict=True)]
    return Shares(_share(alone), _share(handed_over), _share(agent), _share(nobody))


def _share(facts: Sequence[bool]) -> float:
    return round(sum(facts) / len(facts), 4)
