"""Writes one conversation's journal, entry after entry, at times of its own."""

from datetime import datetime, timedelta
from uuid import UUID

from alongside.conversations.model import Draft, Entry
from demo.world.ids import id_of


class Pen:
    """A journal in the making; `at` is the time of the last entry."""

    def __init__(self, conversation_id: UUID, at: datetime) -> None:
        self.conversation_id = conversation_id
        self.at = at
        self.entries: list[Entry] = []

    def next_id(self) -> UUID:
        """The id of the next entry, the same in every world."""
        return id_of("entry", f"{self.conversation_id}/{len(self.entries) + 1}")

    def write(self, draft: Draft, after: float) -> None:
        """Add an entry, `after` seconds later than the last."""
        self.at += timedelta(seconds=after)
        seq = len(self.entries) + 1
        self.entries.append(
            Entry(seq, draft.entry_id, draft.kind, draft.audience, draft.author, self.at, draft.body)
        )

    def move_to(self, end: datetime) -> None:
        """Shift everything in time, so that the last entry is at `end`."""
        by = end - self.at
        self.entries = [
            Entry(e.seq, e.entry_id, e.kind, e.audience, e.author, e.at + by, e.body) for e in self.entries
        ]
        self.at = end
