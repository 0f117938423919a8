"""The report at the end: what was asked, what arrived, how quickly, and whether anything is missing."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from alongside.app.replay.findings import Shares, findings_of
from alongside.app.replay.tally import Fate, Tally


class Spread(msgspec.Struct, frozen=True):
    """How long something took, in milliseconds."""

    p50: float
    p95: float
    p99: float
    longest: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a replay.

    Questions: `asked`, of which `acknowledged` were, `failed` were refused or given up, and `cut_short` were on
    their way when Ctrl-C came; `arrived` were read back, and found in the desk's list if `verified_by` is `desk`.
    Acknowledged `entries` (questions, wishes for a human, what scripted agents did): `lost` are not there as they
    were acknowledged, `doubled` are there too often. Conversations: `out_of_order`; `unverified`, which could not be
    read back; `suspicious`, the ids of the first 20 with anything wrong. `arrival_ms` is of those `seen_live`, by
    the onlooker in the desk, or else by the visitor. Seconds: `seconds` without the reading back; `waited` because
    the server said so, by what for, all visitors together."""

    asked: int
    acknowledged: int
    arrived: int
    lost: int
    doubled: int
    out_of_order: int
    failed: int
    cut_short: int
    unverified: int
    suspicious: list[str]
    verified_by: Literal["desk", "visitors"]
    entries: int
    acknowledge_ms: Spread | None
    arrival_ms: Spread | None
    seen_live: int
    shares: Shares | None
    accepted_by_agents: int
    answered_by_agents: int
    seconds: float
    rate: float
    waited: dict[str, float]
    reconnections: int
    troubles: dict[str, int]
    interrupted: bool

    @property
    def well(self) -> bool:
        """Whether everything that was asked is there, once and in order."""
        wrong = self.lost + self.doubled + self.out_of_order + self.unverified + self.failed
        return not wrong and self.arrived >= self.acknowledged


def report_of(tally: Tally, seconds: float, *, by_desk: bool, interrupted: bool) -> Report:
    """The report of a replay that took so many seconds, without the reading back."""
    fates, counts = list(tally.fates.values()), tally.count()
    found = findings_of(fates, gapless=by_desk)
    return Report(
        asked=counts.asked,
        acknowledged=counts.acknowledged,
        arrived=found.arrived,
        lost=found.lost,
        doubled=found.doubled,
        out_of_order=found.out_of_order,
        failed=counts.failed,
        cut_short=counts.asked - counts.acknowledged - counts.failed,
        unverified=found.unverified,
        suspicious=found.suspicious,
        verified_by="desk" if by_desk else "visitors",
        entries=sum(len(fate.receipts) for fate in fates),
        acknowledge_ms=spread(_since_sent(fate, fate.acknowledged_at) for fate in fates),
        arrival_ms=spread(_since_sent(fate, fate.arrived_at) for fate in fates),
        seen_live=counts.arrived,
        shares=found.shares,
        accepted_by_agents=tally.accepted,
        answered_by_agents=tally.answered,
        seconds=round(seconds, 3),
        rate=round(counts.acknowledged / seconds, 2),
        waited={reason: round(waited, 1) for reason, waited in tally.waits.seconds.items()},
        reconnections=tally.losses,
        troubles=dict(tally.troubles.most_common()),
        interrupted=interrupted,
    )


def _since_sent(fate: Fate, at: float | None) -> float | None:
    return None if at is None or fate.sent_at is None else at - fate.sent_at


def spread(seconds: Iterable[float | None]) -> Spread | None:
    """Of what is known, the values below which 50, 95 and 99 of a hundred are (nearest rank); None of nothing."""
    ordered = sorted(1000 * each for each in seconds if each is not None)
    if not ordered:
        return None
    ranks = (-(-len(ordered) * percent // 100) - 1 for percent in (50, 95, 99, 100))
    return Spread(*(round(ordered[rank], 2) for rank in ranks))
