"""What a client holds of a conversation, put together from frames as the protocol says."""

from typing import Any


class Replica:
    """Folds `subscribed`, `entries` and `event` frames of one topic. Fails on a gap or a double."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.upto: int | None = None
        self.entries: dict[int, str] = {}
        self.reads: dict[str, int] = {}

    def take(self, frame: dict[str, Any]) -> None:
        """One frame from the server."""
        if frame.get("topic") != self.topic:
            return
        match frame["type"]:
            case "subscribed":
                self._start(frame)
            case "entries":
                assert frame["after"] == self.upto, f"{frame['after']} after {self.upto}"
                self._add(frame)
            case "event" if frame["name"] == "read":
                who, seq = frame["data"]["who"], frame["data"]["seq"]
                self.reads[who] = max(seq, self.reads.get(who, 0))

    def _start(self, frame: dict[str, Any]) -> None:
        if self.upto is None or frame["after"] > self.upto:
            self.entries = {}
        else:
            assert frame["after"] == self.upto, "a resumption gave what was held already"
        self.reads = dict(frame["state"]["reads"])
        self._add(frame)

    def _add(self, frame: dict[str, Any]) -> None:
        assert frame["upto"] >= frame["after"]
        for entry in frame["entries"]:
            assert frame["after"] < entry["seq"] <= frame["upto"]
            assert entry["seq"] not in self.entries, f"{entry['seq']} came twice"
            self.entries[entry["seq"]] = entry["text"]
        self.upto = frame["upto"]

    @property
    def held(self) -> tuple[int | None, list[tuple[int, str]], dict[str, int]]:
        """Everything, to compare."""
        return self.upto, list(self.entries.items()), self.reads
