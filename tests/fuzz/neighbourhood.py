"""Two nodes, a bus between them on which anything may happen, and clients who know what they were promised."""

import random
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec

from alongside.kit.actors import Actor
from alongside.kit.errors import Forbidden
from alongside.realtime.bus import AnyMessage, Hints
from alongside.realtime.limits import Limits
from alongside.realtime.memory import Exchange, MemoryBus
from alongside.realtime.sessions import Session
from tests.realtime.replica import Replica
from tests.realtime.world import WORKSPACE, Caller, MemoryJournal, Node, hint_of

LIMITS = Limits(
    subscriptions=2, outbox_bytes=3000, frame_bytes=2000, waiting_requests=6, commands_per_second=5,
    command_burst=8, frames_per_second=20, frame_burst=30, strikes=20,
)  # fmt: skip


class Send(msgspec.Struct):
    """A message with an id of its own."""

    topic: str
    entry_id: str
    text: str


class Underway(NamedTuple):
    """What one node said and another has not heard yet."""

    hear: Callable[[str, AnyMessage], None]
    node: str
    message: AnyMessage


class Neighbourhood:
    """The nodes, their journal, and everything that is under way between them."""

    def __init__(self) -> None:
        self.journal = MemoryJournal()
        self.stored: dict[str, int] = {}
        self.underway: list[Underway] = []
        exchange = Exchange()
        self.nodes = [Node(self.journal, MemoryBus(exchange), LIMITS, page=12) for _ in range(2)]
        for node in self.nodes:
            exchange.members.append(self._slowly(node.bus._hear))  # type: ignore[attr-defined]
            node.commands.add("send", Send, self._sender(node))

    def _slowly(self, hear: Callable[[str, AnyMessage], None]) -> Callable[[str, AnyMessage], None]:
        return lambda node, message: self.underway.append(Underway(hear, node, message))

    def _sender(self, node: Node) -> Any:
        async def send(session: Session, data: Send) -> int:
            if session.actor.kind == "person" and session.actor not in self.journal.readers[data.topic]:
                raise Forbidden
            if data.entry_id not in self.stored:
                self.write(node, data.topic, f"{data.entry_id}:{data.text}")
                self.stored[data.entry_id] = len(self.journal.lines[data.topic])
            return self.stored[data.entry_id]

        return send

    def write(self, node: Node, topic: str, *texts: str, team: bool = False, deliver: bool = True) -> None:
        """Store lines: the others are told, this node delivers (unless it dies of something just now)."""
        batch = self.journal.write(topic, *texts, audience="team" if team else "everyone")
        node.bus.tell(Hints(WORKSPACE, [hint_of(batch)]))
        if deliver:
            node.bus.deliver(WORKSPACE, [batch])

    def arrive(self, number: int, times: int = 1) -> None:
        """One of the things under way arrives, late or early, perhaps twice."""
        if self.underway:
            one = self.underway.pop(number % len(self.underway))
            for _ in range(times):
                one.hear(one.node, one.message)

    def lose_a_hint(self, chance: random.Random) -> None:
        """A hint is lost; nobody notices."""
        hints = [each for each in self.underway if isinstance(each.message, Hints)]
        if hints:
            self.underway.remove(chance.choice(hints))

    def break_line(self, node: Node) -> None:
        """All that is under way to a node is lost, and it knows."""
        ours = node.bus._hear  # type: ignore[attr-defined]
        self.underway = [each for each in self.underway if each.hear != ours]
        node.hub.recheck()

    def everything_arrives(self) -> None:
        """Whatever is under way, in its order."""
        while self.underway:
            self.arrive(0)


class Screen:
    """One client: loses its connection and comes back, to any node, resuming from what it holds."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.replicas: dict[str, Replica] = {}
        self.unanswered: dict[str, Send] = {}
        self.answered: dict[str, int] = {}
        self.closed_topics: set[str] = set()
        self.caller: Caller | None = None
        self.node: Node | None = None
        self._taken = 0
        self._wanted: dict[str, str] = {}
        self._asked: dict[str, int] = {}

    @property
    def connected(self) -> bool:
        """Whether it is, as far as it knows."""
        return self.caller is not None and self.caller.closed is None

    def connect(self, node: Node) -> None:
        """Come, say hello, ask for everything that it held, and send again what was not answered."""
        self.leave()
        self.node, self._taken, wanted = node, 0, list(self._wanted)
        self.caller = node.connect(self.session)
        self._wanted.clear()
        for topic in wanted:
            self.subscribe(topic)
        for data in list(self.unanswered.values()):
            self.send(data)

    def leave(self) -> None:
        """The line is cut."""
        if self.caller:
            self.caller.client.lost()
            self.caller = None

    def subscribe(self, topic: str) -> None:
        """Ask for a topic, from where one is."""
        assert self.caller
        replica = self.replicas.setdefault(topic, Replica(topic))
        self._wanted[topic] = str(uuid4())
        self._asked[self._wanted[topic]] = replica.upto or 0
        self.closed_topics.discard(topic)
        self.caller.say(type="subscribe", id=self._wanted[topic], topic=topic, after=replica.upto)

    def unsubscribe(self, topic: str) -> None:
        """Have enough of it."""
        assert self.caller
        self._wanted.pop(topic, None)
        self.caller.say(type="unsubscribe", id=f"stop {topic}", topic=topic)

    def send(self, data: Send) -> None:
        """Say something; until it is answered it will be sent again."""
        assert self.caller
        self.unanswered[data.entry_id] = data
        self.caller.say(type="command", id=data.entry_id, name="send", data=msgspec.to_builtins(data))

    def read(self) -> None:
        """Take what came, and hold the server to its word."""
        if self.caller is None:
            return
        frames = self.caller.frames
        for frame in frames[self._taken :]:
            self._take(frame)
        self._taken = len(frames)

    def _take(self, frame: dict[str, Any]) -> None:
        kind, topic = frame["type"], frame.get("topic")
        if kind in ("subscribed", "entries", "event") and topic in self.replicas:
            assert topic not in self.closed_topics, f"{kind} after the topic was taken away"
            self._see(frame)
        elif kind in ("entries", "event", "subscribed") and topic != "desk":
            raise AssertionError(f"{kind} of {topic}, which nobody asked for")
        elif kind == "unsubscribed":
            self.closed_topics.add(str(frame["id"]).removeprefix("stop "))
        elif kind == "revoked":
            self._wanted.pop(str(topic), None)
            self.closed_topics.add(str(topic))
        elif kind == "done":
            self.unanswered.pop(frame["id"], None)
            self.answered[frame["id"]] = frame["data"]
        elif kind == "error":
            self._refused(frame)

    def _see(self, frame: dict[str, Any]) -> None:
        if self.session.audience == "everyone":
            assert all(entry["audience"] == "everyone" for entry in frame.get("entries", ()))
        replica = self.replicas[frame["topic"]]
        asked = self._asked.pop(str(frame.get("id")), None)
        if asked is not None and asked == frame["after"]:
            rewind(replica, asked)
        replica.take(frame)

    def _refused(self, frame: dict[str, Any]) -> None:
        gone = [topic for topic, request_id in self._wanted.items() if request_id == frame["id"]]
        for topic in gone:
            del self._wanted[topic]
        if frame["code"] != "too_many" and frame["code"] != "unavailable":
            self.unanswered.pop(str(frame["id"]), None)
        else:
            assert frame.get("retry_after", 1) > 0

    @property
    def following(self) -> set[str]:
        """What it asked for and was not refused."""
        return set(self._wanted)


def rewind(replica: Replica, upto: int) -> None:
    """What came between asking anew and the answer comes with the answer once more."""
    replica.entries = {seq: text for seq, text in replica.entries.items() if seq <= upto}
    replica.upto = upto


def forbid(town: Neighbourhood, topic: str, who: Actor) -> None:
    """From now on the journal knows that somebody may not read a topic."""
    town.journal.readers[topic].discard(who)


def end(town: Neighbourhood, session_id: UUID) -> None:
    """From now on the journal knows that a session is over."""
    town.journal.ended.add(session_id)
