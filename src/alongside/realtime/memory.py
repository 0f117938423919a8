"""The bus of a node that is alone, or of several in one process."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from alongside.kit.ids import uuid7
from alongside.realtime.bus import AnyMessage, Happening, Hints, Listener, Told
from alongside.realtime.metrics import BUS_HEARD, BUS_SENT
from alongside.realtime.topics import Batch, Hint
from alongside.storage import Connection


class Exchange:
    """What connects the memory buses of one process."""

    def __init__(self) -> None:
        self.members: list[Callable[[str, AnyMessage], None]] = []


class MemoryBus:
    """A `Bus` within one process. Without an exchange to share it has nobody to tell."""

    def __init__(self, exchange: Exchange | None = None) -> None:
        self.node_id = str(uuid7())
        self.channel = ""
        self.certain = True
        self._exchange = exchange or Exchange()
        self._listener: Listener | None = None

    @property
    def connected(self) -> bool:
        """Always: nothing lies between."""
        return True

    def attach(self, listener: Listener) -> None:
        """Whom to tell."""
        self._listener = listener

    async def start(self) -> None:
        """Begin to listen."""
        self._exchange.members.append(self._hear)

    async def stop(self) -> None:
        """Listen no more."""
        if self._hear in self._exchange.members:
            self._exchange.members.remove(self._hear)

    def _hear(self, node: str, message: AnyMessage) -> None:
        if node != self.node_id and self._listener:
            BUS_HEARD.labels(type(message).__name__.lower()).inc()
            self._listener.hear(node, message)

    def deliver(self, workspace_id: UUID, batches: Sequence[Batch]) -> None:
        """Give entries to this node's hub."""
        if self._listener:
            self._listener.deliver(workspace_id, batches)

    async def hint_in(self, connection: Connection, workspace_id: UUID, hints: Sequence[Hint]) -> None:
        """Tell of entries after the commit."""
        await self.tell_in(connection, Hints(workspace_id, hints))

    async def tell_in(self, connection: Connection, message: AnyMessage) -> None:
        """Tell anything after the commit."""
        connection.after_commit(partial(self.tell, message))

    def tell(self, message: AnyMessage) -> None:
        """Tell the others at once."""
        BUS_SENT.labels(type(message).__name__.lower()).inc()
        for hear in list(self._exchange.members):
            hear(self.node_id, message)

    def broadcast(self, workspace_id: UUID, topic: str, happening: Happening) -> None:
        """Tell everybody, this node's hub too."""
        told = Told(workspace_id, topic, happening)
        if self._listener:
            self._listener.hear(self.node_id, told)
        self.tell(told)
