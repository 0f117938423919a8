"""A small world for the tests: a journal in memory, sessions out of tokens, connections that remember."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID, uuid4

import msgspec

from alongside.kit.actors import Actor
from alongside.kit.clock import FixedClock
from alongside.kit.errors import Forbidden, NotFound, Unauthenticated
from alongside.realtime.bus import Bus
from alongside.realtime.client import Client, Entrance
from alongside.realtime.commands import CommandRegistry
from alongside.realtime.hub import Hub
from alongside.realtime.limits import Limits
from alongside.realtime.outbox import Outbox
from alongside.realtime.sessions import Audience, Session
from alongside.realtime.topics import Batch, Change, Hint, Range, Snapshot, TopicRegistry, Watchers, uuid_key

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORKSPACE = UUID(int=1)


class Line(msgspec.Struct, frozen=True):
    """An entry of the journal in memory."""

    seq: int
    text: str
    audience: Audience = "everyone"


class MemoryJournal:
    """What PostgreSQL is to the real one: the truth that all nodes share."""

    def __init__(self) -> None:
        self.lines: dict[str, list[Line]] = {}
        self.readers: dict[str, set[Actor]] = {}
        self.reads: dict[str, dict[str, int]] = {}
        self.ended: set[UUID] = set()

    def open(self, *readers: Actor) -> str:
        """A new conversation for these; gives its topic."""
        topic = f"conversation:{uuid4()}"
        self.lines[topic] = []
        self.readers[topic] = set(readers)
        self.reads[topic] = {}
        return topic

    def write(self, topic: str, *texts: str, audience: Audience = "everyone") -> Batch:
        """Store lines, tell nobody; gives the batch to deliver."""
        lines = self.lines[topic]
        after = len(lines)
        lines += [Line(after + number, text, audience) for number, text in enumerate(texts, 1)]
        return Batch(topic, after, len(lines), lines[after:])

    def between(self, topic: str, after: int, upto: int) -> list[Line]:
        """The lines in the range (after, upto]."""
        return self.lines.get(topic, [])[after:upto]


def hint_of(batch: Batch) -> Hint:
    """What other nodes are told of a batch."""
    return Hint(batch.topic, batch.after + 1, batch.upto)


class Conversations:
    """The kind of topic `conversation:<uuid>` over the journal in memory."""

    name = "conversation"

    def __init__(self, journal: MemoryJournal, page: int = 50) -> None:
        self._journal = journal
        self._page = page
        self.before_snapshot: Callable[[], None] = lambda: None
        self.after_snapshot: Callable[[], None] = lambda: None
        self.fetched: list[Range] = []
        self.failures: list[Exception] = []

    async def authorise(self, session: Session, key: str) -> None:
        topic = f"conversation:{uuid_key(key)}"
        if topic not in self._journal.lines:
            raise NotFound
        if session.actor.kind == "person" and session.actor not in self._journal.readers[topic]:
            raise Forbidden

    async def snapshot(self, session: Session, key: str, after: int | None) -> Snapshot:
        self.before_snapshot()
        lines = self._journal.lines[f"conversation:{key}"]
        upto = len(lines)
        start = max(0, upto - self._page) if after is None else max(after, upto - self._page)
        state = {"last_seq": upto, "reads": dict(self._journal.reads[f"conversation:{key}"])}
        found = Snapshot(state, start, upto, lines[start:upto])
        self.after_snapshot()
        await asyncio.sleep(0)
        return found

    async def fetch(self, workspace_id: UUID, ranges: Sequence[Range]) -> Sequence[Batch]:
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop()
        self.fetched += ranges
        return [batch for each in ranges if (batch := self._part(each)).entries]

    def _part(self, wanted: Range) -> Batch:
        topic = f"conversation:{wanted.key}"
        lines = self._journal.between(topic, wanted.after, min(wanted.upto, wanted.after + self._page))
        return Batch(topic, wanted.after, wanted.after + len(lines), lines)

    async def heads(self, workspace_id: UUID, keys: Collection[str]) -> Mapping[str, int]:
        return {key: len(self._journal.lines.get(f"conversation:{key}", [])) for key in keys}


class ListOf:
    """A kind of topic without a journal: `desk`, for agents only."""

    def __init__(self, name: str, journal: MemoryJournal) -> None:
        self.name = name
        self._journal = journal

    async def authorise(self, session: Session, key: str) -> None:
        if session.audience != "team":
            raise Forbidden

    async def snapshot(self, session: Session, key: str, after: int | None) -> Snapshot:
        return Snapshot({topic: len(lines) for topic, lines in self._journal.lines.items()})

    async def fetch(self, workspace_id: UUID, ranges: Sequence[Range]) -> Sequence[Batch]:
        raise AssertionError("a list has no entries")

    async def heads(self, workspace_id: UUID, keys: Collection[str]) -> Mapping[str, int]:
        return {}


class Summaries:
    """A digest over the journal in memory."""

    def __init__(self, journal: MemoryJournal) -> None:
        self._journal = journal
        self.asked: list[set[str]] = []
        self.to: Collection[Actor] | None = None

    async def changes(
        self, workspace_id: UUID, changed: Collection[str], watchers: Watchers
    ) -> Sequence[Change]:
        self.asked.append(set(changed))
        if not watchers.anyone("desk"):
            return []
        return [
            Change("desk", "summary", {topic: len(self._journal.lines.get(topic, []))}, self.to)
            for topic in sorted(changed)
        ]


class Doorkeeper:
    """An authenticator: the token of a session is its id."""

    def __init__(self, ended: set[UUID] | None = None) -> None:
        self.sessions: dict[str, Session] = {}
        self.ended = set() if ended is None else ended
        self.while_looking: Callable[[], None] = lambda: None

    def let_in(self, session: Session) -> str:
        """Know this session; gives its token."""
        self.sessions[str(session.session_id)] = session
        return str(session.session_id)

    async def by_token(self, token: str) -> Session:
        session = self.sessions.get(token)
        if session is None or session.session_id in self.ended:
            raise Unauthenticated(message="Nobody has this token.")
        self.while_looking()
        return session

    async def by_cookie(self, headers: Mapping[str, str]) -> Session:
        return await self.by_token(headers.get("cookie", ""))

    async def alive(self, session: Session) -> bool:
        return session.session_id not in self.ended


def person(name: str = "Mara") -> Session:
    """A visitor's device."""
    return _session(Actor("person", uuid4()), "everyone", name, None)


def agent(name: str = "Ines") -> Session:
    """An agent's session."""
    return _session(Actor("agent", uuid4()), "team", name, "agent")


def _session(actor: Actor, audience: Audience, name: str, role: str | None) -> Session:
    return Session(
        actor=actor,
        workspace_id=WORKSPACE,
        workspace_slug="luma",
        workspace_name="Luma Energy",
        session_id=uuid4(),
        audience=audience,
        name=name,
        role=role,
    )


class FakeConnection:
    """A transport that remembers what it was given; it reads nothing while `stuck`."""

    remote_address = "203.0.113.7"

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.stuck = False
        self.reading = True
        self.closed: tuple[int, str] | None = None
        self._outbox: Outbox | None = None
        self._news = asyncio.Event()

    def attach(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def flush(self) -> None:
        assert self._outbox
        while not self.stuck and (frame := self._outbox.take()) is not None:
            self.raw.append(frame)
        self._news.set()

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)
        self._news.set()

    @property
    def frames(self) -> list[dict[str, Any]]:
        """Everything written so far."""
        return [msgspec.json.decode(raw) for raw in self.raw]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The frames of one type."""
        return [frame for frame in self.frames if frame["type"] == kind]

    async def wait(self, fulfilled: Callable[[Self], Any]) -> Any:
        """Wait until this is true of the connection; gives what it gave."""
        async with asyncio.timeout(10):
            while not (found := fulfilled(self)):
                self._news.clear()
                await self._news.wait()
        return found

    async def first(self, kind: str, count: int = 1) -> dict[str, Any]:
        """Wait for the n-th frame of a type."""
        await self.wait(lambda each: len(each.of(kind)) >= count)
        return self.of(kind)[count - 1]

    async def answer(self, request_id: str) -> dict[str, Any]:
        """Wait for the frame that answers a request."""
        await self.wait(lambda each: [frame for frame in each.frames if frame.get("id") == request_id])
        return next(frame for frame in self.frames if frame.get("id") == request_id)


class Node:
    """One node: hub, commands, and clients that are connected without a network."""

    def __init__(
        self, journal: MemoryJournal, bus: Bus, limits: Limits | None = None, page: int = 50
    ) -> None:
        self.journal = journal
        self.bus = bus
        self.limits = limits or Limits()
        self.clock = FixedClock(NOON)
        self.seconds = 1000.0
        self.conversations = Conversations(journal, page)
        self.summaries = Summaries(journal)
        self.doorkeeper = Doorkeeper(journal.ended)
        self.commands = CommandRegistry()
        topics = TopicRegistry()
        topics.add(self.conversations)
        topics.add(ListOf("desk", journal))
        topics.add(ListOf("team", journal))
        self.hub = Hub(
            bus, topics, self.summaries, self.doorkeeper.alive, self.clock, self.limits, lambda: self.seconds
        )
        self.entrance = Entrance(
            self.hub, self.commands, self.doorkeeper, self.clock, self.limits, lambda: self.seconds
        )

    def connect(self, session: Session | None = None) -> "Caller":
        """A client that has said hello, if it has a session."""
        caller = Caller(self)
        if session:
            caller.say(type="hello", protocol=1, token=self.doorkeeper.let_in(session))
        return caller

    async def enter(self, session: Session) -> "Caller":
        """A client that is welcome."""
        caller = self.connect(session)
        await caller.first("welcome")
        return caller

    def write(self, topic: str, *texts: str, audience: Audience = "everyone") -> Batch:
        """Store lines and give them to this node's hub."""
        batch = self.journal.write(topic, *texts, audience=audience)
        self.bus.deliver(WORKSPACE, [batch])
        return batch

    def read(self, topic: str, who: str, seq: int) -> None:
        """Somebody has read up to there."""
        reads = self.journal.reads[topic]
        reads[who] = max(seq, reads.get(who, 0))
        self.hub.publish(WORKSPACE, topic, "read", {"who": who, "seq": seq})

    def pass_time(self, seconds: float) -> None:
        """Let the hub see that time has passed."""
        self.seconds += seconds
        self.hub.sweep()


class Caller(FakeConnection):
    """A connection with its client."""

    def __init__(self, node: Node, headers: Mapping[str, str] | None = None, own_origin: bool = True) -> None:
        super().__init__()
        self.client = Client(node.entrance, self, headers or {}, own_origin)

    def say(self, **frame: Any) -> None:
        """Send a frame."""
        self.client.received(msgspec.json.encode(frame).decode())

    async def subscribe(self, topic: str, after: int | None = None) -> dict[str, Any]:
        """Subscribe; gives the answer."""
        request_id = str(uuid4())
        self.say(type="subscribe", id=request_id, topic=topic, after=after)
        return await self.answer(request_id)

    async def command(self, name: str, **data: Any) -> dict[str, Any]:
        """Run a command; gives the answer."""
        request_id = str(uuid4())
        self.say(type="command", id=request_id, name=name, data=data)
        return await self.answer(request_id)

    def texts(self, topic: str) -> list[str]:
        """All lines of a topic that came, in the order in which they came; fails on a gap or a double."""
        upto, texts = None, []
        for frame in self.frames:
            if frame.get("topic") == topic and frame["type"] in ("subscribed", "entries"):
                if frame["type"] == "entries":
                    assert frame["after"] == upto, f"a gap or a double: {frame['after']} after {upto}"
                upto = frame["upto"]
                texts += [entry["text"] for entry in frame["entries"]]
        return texts
