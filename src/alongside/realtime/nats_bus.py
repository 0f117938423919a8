"""The bus over NATS, for clusters that outgrow NOTIFY: one message for what was committed in one turn of the loop.

It is sent after the commit, so it can get lost: with NATS, or with a node that dies in between. What was lost is
found by numbers: those of the envelopes here, and those of the journal (`verification.py`). Revocations go over
NOTIFY, inside the commit; so does everything while NATS is away, or for nodes that cannot reach it. Why:
docs/decisions/0012-a-second-bus.md
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from uuid import UUID

import msgspec

from alongside.kit.logs import logger
from alongside.realtime.bus import AnyMessage, Deaf, Happening, Hints, Listener, Missed, Revoke, Told
from alongside.realtime.envelopes import groups, name_of, opened
from alongside.realtime.metrics import BUS_HEARD, BUS_LOST, BUS_RECONNECTIONS, BUS_SENT
from alongside.realtime.nats_address import NatsAddress
from alongside.realtime.nats_line import Away, NatsLine
from alongside.realtime.nats_roll import Roll
from alongside.realtime.notify import HINTS_IN_A_MESSAGE, NotifyBus
from alongside.realtime.topics import Batch, Hint
from alongside.storage import Connection, Database, installation_name

log = logger(__name__)
PAYLOAD_BYTES = 256 * 1024
LONGEST_LINE = 20_000
START_PATIENCE = 2.0
DEAF_SECONDS = 4.0
DEAF_NOTICE = 0.5

_encode = msgspec.json.Encoder().encode


class NatsBus:
    """A `Bus` between all servers of one installation that reach the same NATS and the same PostgreSQL."""

    def __init__(self, database: Database, address: NatsAddress) -> None:
        self._notify = NotifyBus(database)
        self.node_id = self._notify.node_id
        self.channel = ""
        self.certain = False
        self._database = database
        self._address = address
        self._line: NatsLine | None = None
        self._listener: Listener | None = None
        self._waiting: deque[AnyMessage] = deque()
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._number = 0
        self._unsure = False
        self._roll = Roll()
        self._lost = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether NATS is there. Without, this node speaks and hears over NOTIFY."""
        return self._line is not None and self._line.connected and self._notify.connected

    def attach(self, listener: Listener) -> None:
        """Whom to tell."""
        self._listener = listener
        self._notify.attach(self)

    async def start(self) -> None:
        """Begin to listen. Without NATS too: it is joined when it comes."""
        await self._notify.start()
        async with self._database.read(None) as connection:
            name = self._address.installation or await installation_name(connection)
        subject = f"alongside.{name}.bus"
        self._line = NatsLine(self._address, subject, self._received, self._joined, self._left)
        await self._line.start(START_PATIENCE)
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._keep_telling_if_deaf())]

    async def stop(self) -> None:
        """Send what is waiting and end."""
        self._listener = None
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        if self._line:
            await self._send_waiting()
            await self._line.stop()
        await self._notify.stop()

    # -- hearing

    def _received(self, payload: bytes) -> None:
        envelope = opened(payload)
        if envelope is None or envelope.sender == self.node_id or self._listener is None:
            return
        lost = self._roll.heard(envelope.sender, envelope.number, monotonic())
        if lost:
            BUS_LOST.labels("gap").inc(lost)
            self.recheck()
        for message in envelope.messages:
            BUS_HEARD.labels(name_of(message)).inc()
            self._listener.hear(envelope.sender, message)

    def hear(self, node: str, message: AnyMessage) -> None:
        """What came over NOTIFY."""
        if isinstance(message, Deaf):
            self._roll.deaf(monotonic())
        elif self._listener:
            if not isinstance(message, Revoke):
                self._roll.heard_elsewhere(node, monotonic())
            self._listener.hear(node, message)

    def recheck(self) -> None:
        """Anything may have been missed."""
        if self._listener:
            self._listener.recheck()

    def _joined(self) -> None:
        """Whoever connects while starting has missed nothing; everybody else has."""
        self._roll.start_anew()
        if self._tasks:
            BUS_RECONNECTIONS.inc()
            self._unsure = True
            self._woken.set()
            self.recheck()

    def _left(self) -> None:
        self._unsure = True
        self._lost.set()

    async def _keep_telling_if_deaf(self) -> None:
        """As long as NATS is away the others have to know; what they said before they knew is looked for."""
        known = False
        while True:
            if self._line is None or not self._line.connected:
                self._notify.tell(Deaf())
                await asyncio.sleep(DEAF_NOTICE)
                if not known:
                    self.recheck()
            known = self._line is None or not self._line.connected
            self._lost.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._lost.wait(), DEAF_SECONDS)

    # -- telling

    def deliver(self, workspace_id: UUID, batches: Sequence[Batch]) -> None:
        """Give entries to this node's hub."""
        if self._listener:
            self._listener.deliver(workspace_id, batches)

    async def hint_in(self, connection: Connection, workspace_id: UUID, hints: Sequence[Hint]) -> None:
        """Tell of entries after the commit."""
        connection.after_commit(partial(self.tell, Hints(workspace_id, hints)))

    async def tell_in(self, connection: Connection, message: AnyMessage) -> None:
        """Tell anything after the commit; revocations as part of it, so that none can be lost."""
        if isinstance(message, Revoke):
            await self._notify.tell_in(connection, message)
        else:
            connection.after_commit(partial(self.tell, message))

    def tell(self, message: AnyMessage) -> None:
        """Tell anything soon: everything that comes up in this turn of the loop together."""
        if isinstance(message, Revoke):
            self._notify.tell(message)
            return
        if len(self._waiting) >= LONGEST_LINE:
            BUS_LOST.labels("line_full").inc()
            self._waiting.popleft()
            self._unsure = True
        self._waiting.append(message)
        self._woken.set()

    def broadcast(self, workspace_id: UUID, topic: str, happening: Happening) -> None:
        """Tell everybody, this node's hub at once."""
        told = Told(workspace_id, topic, happening)
        if self._listener:
            self._listener.hear(self.node_id, told)
        self.tell(told)

    async def _send(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self._send_waiting()
            except Exception:
                log.exception("bus_sending_failed")
                self._unsure = True

    async def _send_waiting(self) -> None:
        messages = list(self._waiting)
        self._waiting.clear()
        assert self._line is not None
        if not self._line.connected or self._roll.somebody_deaf(monotonic()):
            self._send_by_notify(messages)
        if not self._line.connected:
            return
        if self._unsure:
            messages.insert(0, Missed())
        try:
            for payload in self._payloads(messages):
                await self._line.publish(payload)
        except Away:
            BUS_LOST.labels("away").inc(len(messages))
            self._unsure = True
        else:
            self._unsure = False

    def _send_by_notify(self, messages: Iterable[AnyMessage]) -> None:
        for message in messages:
            for part in _short(message):
                self._notify.tell(part)

    def _payloads(self, messages: Iterable[AnyMessage]) -> Iterator[bytes]:
        for group in groups(self._parts(messages), PAYLOAD_BYTES):
            head = b'{"from":"%s","number":%d,"messages":[' % (self.node_id.encode(), self._number)
            self._number += 1
            yield head + b",".join(group) + b"]}"

    def _parts(self, messages: Iterable[AnyMessage]) -> Iterator[bytes]:
        for message in messages:
            BUS_SENT.labels(name_of(message)).inc()
            part = _encode(message)
            if len(part) < PAYLOAD_BYTES:
                yield part
            else:
                BUS_LOST.labels("too_long").inc()
                log.error("bus_message_too_long", type=name_of(message))


def _short(message: AnyMessage) -> Iterator[AnyMessage]:
    """The same in parts that NOTIFY can carry."""
    if not isinstance(message, Hints):
        yield message
        return
    for start in range(0, len(message.hints), HINTS_IN_A_MESSAGE):
        yield Hints(message.workspace_id, message.hints[start : start + HINTS_IN_A_MESSAGE])
