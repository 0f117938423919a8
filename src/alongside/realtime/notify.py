"""The bus over PostgreSQL's NOTIFY: hints travel inside the commit, so that there is no gap between the two.

One channel for the installation; a payload is an `Envelope` and below PostgreSQL's limit of 8,000 bytes.
What is not part of a transaction waits in a short line and goes out in as few notifications as possible.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

import msgspec

from alongside.kit.ids import uuid7
from alongside.kit.logs import logger
from alongside.realtime.bus import AnyMessage, Happening, Hints, Listener, Revoke, Told
from alongside.realtime.envelopes import groups, name_of, opened
from alongside.realtime.metrics import BUS_HEARD, BUS_LOST, BUS_RECONNECTIONS, BUS_SENT
from alongside.realtime.topics import Batch, Hint
from alongside.storage import Connection, Database, notify

log = logger(__name__)
CHANNEL = "alongside_bus"
PAYLOAD_BYTES = 7_900
HINTS_IN_A_MESSAGE = 60
LONGEST_LINE = 10_000
LONGEST_PAUSE = 5.0

_encode = msgspec.json.Encoder().encode


class NotifyBus:
    """A `Bus` between all servers of one PostgreSQL."""

    def __init__(self, database: Database, channel: str = CHANNEL) -> None:
        self.node_id = str(uuid7())
        self.channel = channel
        self.certain = True
        self._database = database
        self._listener: Listener | None = None
        self._waiting: deque[AnyMessage] = deque()
        self._sender: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether this node hears the database."""
        return self._database.listening

    def attach(self, listener: Listener) -> None:
        """Whom to tell."""
        self._listener = listener

    async def start(self) -> None:
        """Begin to listen; what is committed from now on is heard."""
        await self._database.listen(self.channel, self._received, self._reconnected)

    async def stop(self) -> None:
        """Send what is waiting. The database ends the listening when it closes."""
        self._listener = None
        sender = self._sender
        if sender:
            await asyncio.wait([sender], timeout=LONGEST_PAUSE)
            sender.cancel()

    def _received(self, payload: str) -> None:
        if self._listener is None:
            return
        envelope = opened(payload)
        if envelope is None or envelope.sender == self.node_id:
            return
        for message in envelope.messages:
            BUS_HEARD.labels(name_of(message)).inc()
            self._listener.hear(envelope.sender, message)

    def _reconnected(self) -> None:
        BUS_RECONNECTIONS.inc()
        if self._listener:
            self._listener.recheck()

    def deliver(self, workspace_id: UUID, batches: Sequence[Batch]) -> None:
        """Give entries to this node's hub."""
        if self._listener:
            self._listener.deliver(workspace_id, batches)

    async def hint_in(self, connection: Connection, workspace_id: UUID, hints: Sequence[Hint]) -> None:
        """Tell of entries when, and only if, the transaction commits."""
        for start in range(0, len(hints), HINTS_IN_A_MESSAGE):
            await self.tell_in(connection, Hints(workspace_id, hints[start : start + HINTS_IN_A_MESSAGE]))

    async def tell_in(self, connection: Connection, message: AnyMessage) -> None:
        """Tell anything when, and only if, the transaction commits. ValueError if it is too long."""
        for payload in self._payloads([message], strict=True):
            await notify(connection, self.channel, payload)

    def tell(self, message: AnyMessage) -> None:
        """Tell anything soon. While the database cannot be reached the oldest of a long line are dropped."""
        if len(self._waiting) >= LONGEST_LINE:
            self._drop_oldest()
        self._waiting.append(message)
        if self._sender is None:
            self._sender = asyncio.get_running_loop().create_task(self._send())

    def _drop_oldest(self) -> None:
        """Revocations stay: whom they are about must not slip through."""
        BUS_LOST.labels("line_full").inc()
        oldest = next((each for each in self._waiting if not isinstance(each, Revoke)), self._waiting[0])
        self._waiting.remove(oldest)

    def broadcast(self, workspace_id: UUID, topic: str, happening: Happening) -> None:
        """Tell everybody, this node's hub at once."""
        told = Told(workspace_id, topic, happening)
        if self._listener:
            self._listener.hear(self.node_id, told)
        self.tell(told)

    async def _send(self) -> None:
        pause = 0.05
        while self._waiting:
            messages = list(self._waiting)
            try:
                await self._send_all(messages)
            except Exception:
                log.exception("bus_unreachable", waiting=len(messages))
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            else:
                self._forget(messages)
        self._sender = None

    async def _send_all(self, messages: Sequence[AnyMessage]) -> None:
        async with self._database.transaction(None) as connection:
            for payload in self._payloads(messages):
                await notify(connection, self.channel, payload)

    def _forget(self, sent: Iterable[AnyMessage]) -> None:
        """Take those that were sent out of the line, from which some may have been dropped meanwhile."""
        for message in sent:
            if self._waiting and self._waiting[0] is message:
                self._waiting.popleft()

    def _payloads(self, messages: Iterable[AnyMessage], *, strict: bool = False) -> Iterator[str]:
        """Envelopes as full as they may be. One that is too long alone is dropped, or a ValueError if `strict`."""
        head = b'{"from":"%s","messages":[' % self.node_id.encode()
        room = PAYLOAD_BYTES - len(head) - 2
        for group in groups(self._parts(messages, room, strict), room):
            yield (head + b",".join(group) + b"]}").decode()

    def _parts(self, messages: Iterable[AnyMessage], room: int, strict: bool) -> Iterator[bytes]:
        for message in messages:
            BUS_SENT.labels(name_of(message)).inc()
            part = _encode(message)
            if len(part) < room:
                yield part
            elif strict:
                raise ValueError(f"A {name_of(message)} message is too long for the bus.")
            else:
                BUS_LOST.labels("too_long").inc()
                log.error("bus_message_too_long", type=name_of(message))
