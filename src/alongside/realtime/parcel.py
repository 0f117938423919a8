"""A batch as it travels, encoded once for each audience and shared by all who get it."""

from collections.abc import Sequence

from alongside.realtime.feed import clip
from alongside.realtime.frames import Entries, encode
from alongside.realtime.sessions import Audience
from alongside.realtime.topics import Batch, Sequenced


class Parcel:
    """A batch with its encoded forms."""

    __slots__ = ("_everyone", "_team", "batch")

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._team: bytes | None = None
        self._everyone: bytes | None = None

    def frame(self, audience: Audience) -> bytes:
        """The `entries` frame for this audience."""
        if audience == "team":
            return self._for_team()
        if self._everyone is None:
            visible = visible_to("everyone", self.batch.entries)
            all_visible = len(visible) == len(self.batch.entries)
            self._everyone = self._for_team() if all_visible else _encode(self.batch, visible)
        return self._everyone

    def _for_team(self) -> bytes:
        if self._team is None:
            self._team = _encode(self.batch, self.batch.entries)
        return self._team

    def rest(self, after: int) -> "Parcel":
        """What remains for somebody who has everything up to that number."""
        return Parcel(clip(self.batch, after))


def visible_to(audience: Audience, entries: Sequence[Sequenced]) -> Sequence[Sequenced]:
    """The entries that an audience may see."""
    if audience == "team":
        return entries
    return [entry for entry in entries if entry.audience == "everyone"]


def _encode(batch: Batch, entries: Sequence[Sequenced]) -> bytes:
    return encode(Entries(batch.topic, batch.after, batch.upto, entries))
