"""The order of one topic: batches go in as they happen to come, and leave without gap, double or disorder."""

from alongside.realtime.topics import Batch

HELD_BATCHES = 64


class Feed:
    """Puts the batches of one topic in order. Without I/O.

    `upto`: everything to there has been given out; None until the first snapshot says where we stand.
    Batches that come too early are held, and `gap` says what to fetch.
    """

    __slots__ = ("_held", "_target", "upto")

    def __init__(self) -> None:
        self.upto: int | None = None
        self._target = 0
        self._held: list[Batch] = []

    def start(self, upto: int) -> list[Batch]:
        """A snapshot says where the topic stands. Gives what was held and is newer; does nothing later on."""
        if self.upto is None:
            self.upto = upto
        return self._ready()

    def offer(self, batch: Batch) -> list[Batch]:
        """A batch came. Gives the batches that are now in order."""
        self._target = max(self._target, batch.upto)
        if self.upto is not None and batch.after <= self.upto:
            return self._next(batch) + self._ready()
        if len(self._held) < HELD_BATCHES:
            self._held.append(batch)
        return []

    def _ready(self) -> list[Batch]:
        if self.upto is None or not self._held:
            return []
        ready: list[Batch] = []
        self._held.sort(key=lambda batch: batch.after)
        while self._held and self._held[0].after <= self.upto:
            ready += self._next(self._held.pop(0))
        return ready

    def _next(self, batch: Batch) -> list[Batch]:
        assert self.upto is not None
        if batch.upto <= self.upto:
            return []
        fresh = clip(batch, self.upto)
        self.upto = batch.upto
        return [fresh]

    def hear(self, last: int) -> None:
        """Entries up to this number are said to be there."""
        self._target = max(self._target, last)

    def gap(self) -> tuple[int, int] | None:
        """The range (after, upto] to fetch now, if anything is missing."""
        if self.upto is None or self._target <= self.upto:
            return None
        return self.upto, min([batch.after for batch in self._held], default=self._target)

    def forget_target(self) -> None:
        """What was said to be there is not: stop asking for it."""
        self._target = max([batch.upto for batch in self._held], default=self.upto or 0)


def clip(batch: Batch, after: int) -> Batch:
    """The part of a batch that comes after this number."""
    if batch.after >= after:
        return batch
    return Batch(batch.topic, after, batch.upto, [entry for entry in batch.entries if entry.seq > after])
