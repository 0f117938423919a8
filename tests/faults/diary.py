"""What the people of a test have lived through: what they were promised, and what they were refused."""

from array import array
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The server said that this entry is durable, and where it stands."""

    who: str
    conversation_id: str
    entry_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """The server said no: in an `error` (to a command or a subscription), or in a `bye`."""

    who: str
    about: str
    code: str
    message: str
    retry: bool


@dataclass
class Diary:
    """Shared by all screens of a load. `sent_at` and `waited`: seconds, one each for every acknowledged message."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    byes: list[Refusal] = field(default_factory=list)
    sent_at: "array[float]" = field(default_factory=lambda: array("d"))
    waited: "array[float]" = field(default_factory=lambda: array("d"))
    resent: int = 0
    duplicates: int = 0
    losses: int = 0
    skipped: int = 0
    web_requests: int = 0
    troubles: list[str] = field(default_factory=list)
    web_failures: list[str] = field(default_factory=list)

    def longest_wait(self, begin: float, end: float) -> float:
        """Of the messages sent from `begin` to before `end`: how long the slowest waited for its acknowledgement."""
        waits = [wait for at, wait in zip(self.sent_at, self.waited, strict=True) if begin <= at < end]
        return max(waits, default=0.0)

    def usual_wait(self) -> float:
        """The median wait for an acknowledgement, in seconds."""
        return median(self.waited) if self.waited else 0.0
