"""The verdict, from what was promised, what is stored and what was shown. Pure: lists in, findings out."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.faults.diary import Acknowledged, Refusal
from tests.faults.frames import Line

Store = Mapping[str, Sequence[Line]]


@dataclass(frozen=True)
class Finding:
    """Something that must not be. `kind`: lost, doubled, gap, moved, hidden, disorder, foreign, state, refused,
    shown out, differs, unsettled or broken."""

    kind: str
    words: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"


@dataclass(frozen=True)
class Sight:
    """What one screen holds of one conversation: what it was shown `earlier` and let go of, and the `lines` of
    (since, upto]."""

    who: str
    conversation_id: str
    audience: str
    lines: Sequence[Line]
    since: int
    upto: int
    earlier: Sequence[Line] = ()


@dataclass(frozen=True)
class State:
    """A topic's state as a screen has it, and as it is when asked for anew."""

    who: str
    topic: str
    held: Any
    refetched: Any


@dataclass
class Evidence:
    """Everything that is known of a run. `database` and `web`: conversation → its entries as SQL and as HTTP give
    them, in order; `last_seq`: what the conversation's own row says."""

    acknowledged: Sequence[Acknowledged]
    database: Store
    web: Store
    last_seq: Mapping[str, int]
    sights: Sequence[Sight] = ()
    states: Sequence[State] = ()
    refusals: Sequence[Refusal] = ()
    byes: Sequence[Refusal] = ()
    web_failures: Sequence[str] = ()
    troubles: Sequence[str] = ()
    settled: bool = True
    counts: Mapping[str, int] = field(default_factory=dict)


def judge(
    evidence: Evidence, excused: Collection[str] = (), web_excused: Collection[str] = ()
) -> list[Finding]:
    """All that is wrong; empty if all is well. `excused`: codes of errors that the fault may cause, if the server
    said when to try again. `web_excused`: how failures over HTTP may begin."""
    findings = [
        *_of_store(evidence),
        *_of_promises(evidence.acknowledged, evidence.database),
        *(finding for sight in evidence.sights for finding in of_sight(sight, evidence.database)),
        *(_of_state(state) for state in evidence.states if state.held != state.refetched),
        *_of_refusals(evidence.refusals, excused),
        *(Finding("shown out", str(bye)) for bye in evidence.byes if not bye.retry),
        *(
            Finding("refused", f"HTTP {failure}")
            for failure in evidence.web_failures
            if not failure.startswith(tuple(web_excused) or ("\0",))
        ),
        *(Finding("broken", trouble) for trouble in evidence.troubles),
    ]
    if not evidence.settled:
        findings.append(Finding("unsettled", "not everything was acknowledged and shown in time"))
    return findings


def _of_store(evidence: Evidence) -> Iterator[Finding]:
    for conversation_id, lines in evidence.database.items():
        yield from of_journal(conversation_id, lines)
        last = lines[-1].seq if lines else 0
        if evidence.last_seq.get(conversation_id) != last:
            yield Finding(
                "gap", f"{conversation_id} says {evidence.last_seq.get(conversation_id)}, holds {last}"
            )
        if list(evidence.web.get(conversation_id, ())) != list(lines):
            yield Finding("differs", f"{conversation_id} over HTTP is not what the database holds")


def of_journal(conversation_id: str, lines: Sequence[Line]) -> Iterator[Finding]:
    """1, 2, 3 …, and no id twice."""
    if [line.seq for line in lines] != list(range(1, len(lines) + 1)):
        numbers = [0, *(line.seq for line in lines)]
        breaks = [(before, after) for before, after in pairwise(numbers) if after != before + 1]
        yield Finding("gap", f"{conversation_id}: {breaks[:5]}")
    for entry_id, times in Counter(line.entry_id for line in lines).items():
        if times > 1:
            yield Finding("doubled", f"{conversation_id}: {entry_id} {times} times")


def _of_promises(acknowledged: Iterable[Acknowledged], database: Store) -> Iterator[Finding]:
    places = {cid: {line.entry_id: line.seq for line in lines} for cid, lines in database.items()}
    for promise in acknowledged:
        seq = places.get(promise.conversation_id, {}).get(promise.entry_id)
        if seq is None:
            yield Finding("lost", f"{promise.conversation_id} {promise.seq} {promise.entry_id}")
        elif seq != promise.seq:
            yield Finding("moved", f"{promise.conversation_id}: {promise.seq} was told, it stands at {seq}")


def of_sight(sight: Sight, database: Store) -> Iterator[Finding]:
    """A screen shows exactly the stored lines of its range that are for it, in their order; and what it ever showed
    is stored where it was shown."""
    where = f"{sight.who}, {sight.conversation_id}"
    stored = [line for line in database.get(sight.conversation_id, ()) if _is_for(sight.audience, line)]
    wanted = [line for line in stored if line.seq > sight.since]
    if sight.lines != wanted:
        yield Finding(*_difference(where, sight.lines, wanted))
    last = max([line.seq for line in database.get(sight.conversation_id, ())], default=0)
    if sight.upto != last:
        yield Finding("hidden", f"{where}: shows up to {sight.upto} of {last}")
    known = {line.seq: line.entry_id for line in stored}
    for line in sight.earlier:
        if known.get(line.seq) != line.entry_id:
            yield Finding("foreign", f"{where}: {line.seq} was shown as {line.entry_id}")


def _is_for(audience: str, line: Line) -> bool:
    return audience == "team" or line.audience == "everyone"


def _difference(where: str, shown: Sequence[Line], wanted: Sequence[Line]) -> tuple[str, str]:
    ids, due = [line.entry_id for line in shown], {line.entry_id for line in wanted}
    doubled = [entry_id for entry_id, times in Counter(ids).items() if times > 1]
    if doubled:
        return "doubled", f"{where}: shows {doubled[:3]} more than once"
    if foreign := set(ids) - due:
        return "foreign", f"{where}: shows {sorted(foreign)[:3]}, which is not stored there"
    if missing := due - set(ids):
        return "hidden", f"{where}: does not show {sorted(missing)[:3]}"
    return "disorder", f"{where}: the same lines in another order or under other numbers"


def _of_state(state: State) -> Finding:
    return Finding("state", f"{state.who}, {state.topic}: {different(state.held, state.refetched)}")


def different(held: Any, refetched: Any) -> str:
    """Which parts differ, in words."""
    if isinstance(held, dict) and isinstance(refetched, dict):
        names = [name for name in held.keys() | refetched.keys() if held.get(name) != refetched.get(name)]
        return "; ".join(
            f"{name}: {different(held.get(name), refetched.get(name))}" for name in sorted(names)
        )
    return f"{held!r} is held, {refetched!r} is so"


def _of_refusals(refusals: Iterable[Refusal], excused: Collection[str]) -> Iterator[Finding]:
    for refusal in refusals:
        if refusal.code not in excused or not refusal.retry:
            yield Finding("refused", str(refusal))


def summed_up(findings: Sequence[Finding], most: int = 12) -> str:
    """Findings for a person: how many of each kind, and the first few."""
    if not findings:
        return "all is well"
    kinds = Counter(finding.kind for finding in findings)
    words: Callable[[Finding], str] = str
    counted = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return "\n".join([counted, *map(words, findings[:most])])
