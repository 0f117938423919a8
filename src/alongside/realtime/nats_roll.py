"""Which nodes are heard over NATS, and whether anything of theirs was lost. Pure; times in monotonic seconds."""

from collections import OrderedDict

NODES_KNOWN = 1000


class Roll:
    """Nodes as this one hears them. `fresh`: how long a node counts as heard after its last word; nodes say
    something every five seconds (`presence.py`). `deaf`: how long one that cannot hear NATS is spoken to otherwise."""

    def __init__(self, fresh: float = 12.0, deaf: float = 12.0) -> None:
        self._fresh, self._deaf = fresh, deaf
        self._heard: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._deaf_until = float("-inf")

    def heard(self, node: str, number: int | None, now: float) -> int:
        """An envelope came over NATS, numbered one more than the sender's last. Gives how many are lost."""
        expected, _ = self._heard.pop(node, (None, 0.0))
        number = (expected or 0) if number is None else number
        self._heard[node] = (number + 1, now)
        if len(self._heard) > NODES_KNOWN:
            self._heard.popitem(last=False)
        return 0 if expected is None else max(0, number - expected)

    def heard_elsewhere(self, node: str, now: float) -> None:
        """Something came over NOTIFY: from a node that is not heard over NATS, it may not hear NATS either."""
        _, at = self._heard.get(node, (0, float("-inf")))
        if now - at > self._fresh:
            self.deaf(now)

    def deaf(self, now: float) -> None:
        """Some node cannot hear NATS."""
        self._deaf_until = now + self._deaf

    def somebody_deaf(self, now: float) -> bool:
        """Whether something has to go over NOTIFY too, for somebody to hear it."""
        return now < self._deaf_until

    def start_anew(self) -> None:
        """The connection is a new one: what was missed before is looked for otherwise."""
        self._heard.clear()
