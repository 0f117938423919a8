"""What a check is, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

EXAMPLES = 5


@dataclass(frozen=True)
class Check:
    """A statement over one workspace ($1) that gives a row (name, subject) for everything that is wrong.

    `wrong`: what each name means, in words."""

    title: str
    wrong: Mapping[str, str]
    sql: str


class Flaw(msgspec.Struct):
    """Something that is wrong: how often, and the first few by their ids. Never a row's content."""

    name: str
    message: str
    workspace: str | None
    count: int = 0
    examples: list[str] = msgspec.field(default_factory=list)

    def add(self, subject: str) -> None:
        """One more."""
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(subject)


class Verdict(msgspec.Struct, frozen=True):
    """All that was looked at. `seconds` by what was looked at, all workspaces together."""

    workspaces: int
    flaws: list[Flaw]
    seconds: dict[str, float]
