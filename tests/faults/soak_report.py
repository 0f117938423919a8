"""The report of a soak, as a page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.faults.checking import Evidence, Finding
from tests.faults.diary import Diary
from tests.faults.load import Shape

_WHAT = """\
Written by `python -m tests.faults.soak`: real servers and PostgreSQL with fsync, killed with `kill -9` and started
again, while people talk through real sockets. Afterwards everything is read back by SQL, by HTTP and from every screen,
and compared (`tests/faults/checking.py`)."""
_WORDS = """\
*Longest interruption*: for each kill, how long the slowest of all messages written from it to the next kill waited for
its acknowledgement; it includes starting the killed process again. A visitor with 40 unanswered messages writes no more
until some are answered: those are *not written*, and the rate is lower by them. *HTTP requests that failed* were under
way in a killed process, or came while nobody could answer."""


@dataclass(frozen=True)
class Part:
    """One kind of kill. `interruptions`: for each kill the seconds that the slowest message waited for its
    acknowledgement, of all that were written from this kill to the next."""

    name: str
    wanted: int
    kills: int
    seconds: float
    acknowledged: int
    resent: int
    duplicates: int
    reconnections: int
    entries: int
    screens: int
    states: int
    refusals: Counter[str]
    web: str
    usual_wait: float
    held_back: int
    interruptions: Sequence[float]
    findings: Sequence[Finding]

    @classmethod
    def of(
        cls,
        name: str,
        wanted: int,
        diary: Diary,
        evidence: Evidence,
        moments: Sequence[float],
        until: float,
        findings: Sequence[Finding],
    ) -> "Part":
        """What became of it. `wanted` kills; `moments` of those that were done and `until` in monotonic seconds."""
        ends = [*moments[1:], until]
        first = min(diary.sent_at, default=until)
        return cls(
            name=name,
            wanted=wanted,
            kills=len(moments),
            seconds=until - first,
            acknowledged=len(diary.acknowledged),
            resent=diary.resent,
            duplicates=diary.duplicates,
            reconnections=diary.losses,
            entries=sum(map(len, evidence.database.values())),
            screens=len(evidence.sights),
            states=len(evidence.states),
            refusals=Counter(refusal.code for refusal in diary.refusals),
            web=f"{len(diary.web_failures)} of {diary.web_requests}",
            usual_wait=diary.usual_wait(),
            held_back=diary.skipped,
            interruptions=[diary.longest_wait(at, end) for at, end in zip(moments, ends, strict=False)],
            findings=findings,
        )

    @property
    def rate(self) -> float:
        """Acknowledged messages a second, interruptions included."""
        return self.acknowledged / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Run:
    """A whole soak. `busy`: the load averages of the machine before it began."""

    machine: dict[str, str]
    busy: tuple[float, float, float]
    shape: Shape
    parts: Sequence[Part]
    seconds: float

    @property
    def well(self) -> bool:
        """Every kill was done, and nothing was found."""
        return all(part.kills == part.wanted and not part.findings for part in self.parts)


def written_report(run: Run) -> str:
    """The page, in Markdown."""
    lines = [
        "# Kills under load",
        "",
        _WHAT,
        "",
        f"**Verdict: {_verdict(run)}**",
        "",
        *_machine(run),
        "",
        *_table(run),
        "",
        *_missed(run),
        _WORDS,
        "",
        *_findings(run),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _verdict(run: Run) -> str:
    missed = [
        f"{part.name}: {part.kills} of {part.wanted} kills" for part in run.parts if part.kills < part.wanted
    ]
    found = sum(len(part.findings) for part in run.parts)
    kills = sum(part.kills for part in run.parts)
    acknowledged = sum(part.acknowledged for part in run.parts)
    if found:
        return f"{found} findings after {kills} kills; they stand below."
    if missed:
        return f"nothing found, but the time was too short: {'; '.join(missed)}."
    return (
        f"{kills} kills, {acknowledged:,} acknowledged messages: each stored exactly once, without a gap, in one order "
        "on every screen; every screen's state the same as when asked for anew."
    )


def _machine(run: Run) -> list[str]:
    busy = " / ".join(f"{each:.1f}" for each in run.busy)
    told = {**run.machine, "load averages before": busy, "took": f"{run.seconds / 60:.1f} min"}
    shape = run.shape
    told["load"] = (
        f"{shape.rate:,.0f} messages a second in {shape.conversations} conversations, {shape.agents_share:.0%} of "
        f"them by an agent; {shape.watched} conversations with two more screens each"
    )
    return ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in told.items())]


def _table(run: Run) -> list[str]:
    rows = {
        "kills": [f"{part.kills}" for part in run.parts],
        "seconds under load": [f"{part.seconds:.0f}" for part in run.parts],
        "messages acknowledged": [f"{part.acknowledged:,}" for part in run.parts],
        "a second, interruptions included": [f"{part.rate:,.0f}" for part in run.parts],
        "not written, because too much was unanswered": [f"{part.held_back:,}" for part in run.parts],
        "sent again": [f"{part.resent:,}" for part in run.parts],
        "of those recognised as stored already": [f"{part.duplicates:,}" for part in run.parts],
        "connections lost": [f"{part.reconnections:,}" for part in run.parts],
        "told to try again": [_codes(part.refusals) for part in run.parts],
        "HTTP requests that failed": [part.web for part in run.parts],
        "usual wait for an acknowledgement": [f"{part.usual_wait * 1000:.0f} ms" for part in run.parts],
        "longest interruption, p50": [f"{median(part.interruptions or [0]):.1f} s" for part in run.parts],
        "longest interruption, max": [f"{max(part.interruptions, default=0):.1f} s" for part in run.parts],
        "entries read back": [f"{part.entries:,}" for part in run.parts],
        "screens compared": [f"{part.screens:,}" for part in run.parts],
        "states compared": [f"{part.states:,}" for part in run.parts],
        "findings": [f"{len(part.findings)}" for part in run.parts],
    }
    head = ["| Killed | " + " | ".join(part.name for part in run.parts) + " |"]
    head.append("|---|" + "---:|" * len(run.parts))
    return head + [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows.items()]


def _missed(run: Run) -> list[str]:
    """An honest word on the rate, where it was not held."""
    slow = [part.name for part in run.parts if part.rate < 0.95 * run.shape.rate]
    if not slow:
        return []
    words = (
        f"**{run.shape.rate:,.0f} messages a second were not held** over the whole time in: {'; '.join(slow)}. While "
        "nobody can answer, visitors stop writing; and other work on the machine (the load averages above, over "
        f"{run.machine['cores']} cores) makes starting again and catching up slower."
    )
    return [words, ""]


def _codes(refusals: Counter[str]) -> str:
    return ", ".join(f"{count:,} {code}" for code, count in sorted(refusals.items())) or "0"


def _findings(run: Run) -> list[str]:
    found = [f"- {part.name}: {str(finding)[:300]}" for part in run.parts for finding in part.findings[:20]]
    return ["## Findings", "", *found, ""] if found else []
