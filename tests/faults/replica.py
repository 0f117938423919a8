"""What one screen holds of one topic, put together from frames as the protocol says."""

from typing import Any

from tests.faults.frames import Entries, Event, Line, Subscribed


class Replica:
    """Folds the frames of a topic. What the protocol forbids is noted in `troubles`, and goes on.

    `lines`: the entries held, from beyond `since` up to `upto`. `earlier`: shown before and let go of, because the
    server began anew."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.since = 0
        self.upto: int | None = None
        self.lines: list[Line] = []
        self.earlier: list[Line] = []
        self.state: Any = None
        self.troubles: list[str] = []

    def subscribed(self, frame: Subscribed) -> None:
        """The topic at one moment. Begins anew unless it joins what is held."""
        if self.upto is None or frame.after != self.upto:
            self.earlier += self.lines
            self.lines = []
            self.since = frame.after
        self.state = frame.state
        self._add(frame.after, frame.upto, frame.entries)

    def entries(self, frame: Entries) -> None:
        """New lines."""
        if frame.after != self.upto:
            self.troubles.append(f"{self.topic}: a range begins at {frame.after}, and {self.upto} is held")
        self._add(frame.after, frame.upto, frame.entries)

    def _add(self, after: int, upto: int, lines: list[Line]) -> None:
        last = after
        for line in lines:
            if not last < line.seq <= upto:
                self.troubles.append(f"{self.topic}: {line.seq} stands after {last} in ({after}, {upto}]")
            last = line.seq
        self.lines += lines
        self.upto = upto

    def event(self, frame: Event) -> None:
        """A change of the state."""
        if self.topic.startswith("conversation:"):
            self.state = conversation_after(self.state, frame.name, frame.data)
        elif frame.name == "counts":
            self.state = {**self.state, "counts": frame.data}
        elif self.topic == "mine" and frame.name == "summary":
            self.state = list_after(self.state, frame.data)


def conversation_after(state: Any, name: str, data: Any) -> Any:
    """The state of a conversation after an event, as docs/protocol says that it is to be taken."""
    if name == "summary" and data["last_seq"] >= state["summary"]["last_seq"]:
        return {**state, "summary": data}
    if name == "read":
        return {**state, "participants": [_read(one, data) for one in state["participants"]]}
    if name == "presence":
        others = [one for one in state["presence"] if one != data["who"]]
        return {**state, "presence": [*others, data["who"]] if data["here"] else others}
    return state


def list_after(summaries: list[Any], changed: Any) -> list[Any]:
    """A list of summaries after one of them changed; an older one than what is held is passed over."""
    held = {summary["conversation_id"]: summary for summary in summaries}
    known = held.get(changed["conversation_id"])
    if known is None or changed["last_seq"] >= known["last_seq"]:
        held[changed["conversation_id"]] = changed
    return list(held.values())


def _read(one: Any, data: Any) -> Any:
    if (one["kind"], one["id"]) != (data["who"]["kind"], data["who"]["id"]):
        return one
    return {**one, "read_seq": max(one["read_seq"], data["seq"])}


def comparable(state: Any) -> Any:
    """A state without the order of what has none."""
    if isinstance(state, dict) and "presence" in state:
        by_id = sorted(state["presence"], key=lambda one: (one["kind"], one["id"]))
        people = sorted(state["participants"], key=lambda one: (one["kind"], one["id"]))
        return {**state, "presence": by_id, "participants": people}
    if isinstance(state, list):
        return sorted(state, key=lambda summary: str(summary["conversation_id"]))
    return state
