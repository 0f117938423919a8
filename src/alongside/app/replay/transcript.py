"""The lines of a transcript, as far as a replay looks at them."""

from typing import Any
from uuid import UUID

import msgspec


class Author(msgspec.Struct, frozen=True):
    """Whose line it is: person, agent, concierge or system."""

    kind: str


class Line(msgspec.Struct, frozen=True):
    """One entry of a conversation."""

    seq: int
    entry_id: UUID
    kind: str
    author: Author
    body: dict[str, Any]

    @property
    def text(self) -> str | None:
        """What was said, if it is a message."""
        return self.body.get("text") if self.kind == "message" else None

    def is_message_by(self, *kinds: str) -> bool:
        """Whether one of these says something."""
        return self.kind == "message" and self.author.kind in kinds


def lines_of(entries: object) -> list[Line]:
    """Lines out of what came over a socket."""
    return msgspec.convert(entries, list[Line])
