"""What became of each question, written down while it happens. Times are monotonic seconds."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import msgspec

from alongside.app.replay.failures import Refused
from alongside.app.replay.transcript import Line
from alongside.app.replay.waits import Waits
from alongside.kit.ids import uuid7

CUSTOMER, CONCIERGE, AGENT = "person", "concierge", "agent"


class Receipt(msgspec.Struct, frozen=True):
    """An entry that the server acknowledged: it has to be there for ever. `text`: what it must say, if anything.

    `vague`: it was answered as a duplicate by a command that may also have had nothing left to do."""

    entry_id: UUID
    seq: int
    author: str
    text: str | None = None
    vague: bool = False


class Fate(msgspec.Struct):
    """One question in a conversation of its own."""

    text: str
    conversation_id: UUID = msgspec.field(default_factory=uuid7)
    entry_id: UUID = msgspec.field(default_factory=uuid7)
    token: str = ""
    sent_at: float | None = None
    acknowledged_at: float | None = None
    arrived_at: float | None = None
    failure: str | None = None
    receipts: list[Receipt] = msgspec.field(default_factory=list)
    transcript: list[Line] | None = None
    listed: bool = False
    _seen: list[tuple[int, float]] = msgspec.field(default_factory=list)

    @property
    def seq(self) -> int | None:
        """The question's place in its conversation, once it is acknowledged."""
        return self.receipts[0].seq if self.acknowledged_at is not None else None

    def acknowledged(self, seq: int, at: float) -> None:
        """The question is in the journal, says the server."""
        self.receipts.insert(0, Receipt(self.entry_id, seq, CUSTOMER, self.text))
        self.acknowledged_at = at
        for last_seq, seen_at in self._seen:
            self.seen(last_seq, seen_at)

    def seen(self, last_seq: int, at: float) -> None:
        """The conversation was seen where it should arrive, with entries up to there. That may be before the
        question is acknowledged."""
        if self.seq is None:
            self._seen.append((last_seq, at))
        elif self.arrived_at is None and last_seq >= self.seq:
            self.arrived_at = at


class Tally:
    """All questions of a replay. `troubles`: what the server refused, by what was tried and the code."""

    def __init__(self, planned: int) -> None:
        self.planned = planned
        self.fates: dict[UUID, Fate] = {}
        self.troubles: Counter[str] = Counter()
        self.waits = Waits()
        self.accepted = 0
        self.answered = 0
        self.losses = 0
        self.read_back = 0

    def begin(self, text: str) -> Fate:
        """Somebody comes with a question."""
        fate = Fate(text)
        self.fates[fate.conversation_id] = fate
        return fate

    def seen(self, conversation_id: UUID, last_seq: int, at: float) -> None:
        """A conversation was seen in the desk; those of others don't matter."""
        if fate := self.fates.get(conversation_id):
            fate.seen(last_seq, at)

    def trouble(self, who: str, refused: Refused) -> None:
        """Note what the server refused to whom."""
        self.troubles[f"{who}: {refused.code} {refused.message}".strip()] += 1

    def count(self) -> "Counts":
        """How many are how far."""
        fates = self.fates.values()
        return Counts(
            asked=len(fates),
            acknowledged=_many(fate.acknowledged_at is not None for fate in fates),
            arrived=_many(fate.arrived_at is not None for fate in fates),
            failed=_many(fate.failure is not None for fate in fates),
        )


class Counts(msgspec.Struct, frozen=True):
    """How many questions are how far."""

    asked: int
    acknowledged: int
    arrived: int
    failed: int


def _many(facts: Iterable[bool]) -> int:
    return sum(facts)
