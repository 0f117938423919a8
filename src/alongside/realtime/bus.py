"""The bus: how the nodes of an installation tell each other what has happened.

Only ids and sequence numbers of what is stored go over it; the truth is in PostgreSQL. A lost hint costs a
fetch, never a message. What is not stored (typing, presence) goes over it whole and may get lost.
"""

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol
from uuid import UUID

import msgspec

from alongside.kit.actors import Actor
from alongside.realtime.revocations import Revocation
from alongside.realtime.sessions import Audience
from alongside.realtime.topics import Batch, Hint
from alongside.storage import Connection


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """An event on a topic that nobody stores. `skip`: whoever made it need not hear of it."""

    name: str
    data: Any
    audience: Audience = "everyone"
    skip: Actor | None = None


class Message(msgspec.Struct, frozen=True, tag_field="type"):
    """What one node says to the others."""


class Hints(Message, frozen=True, tag="hints"):
    """These entries are committed."""

    workspace_id: UUID
    hints: Sequence[Hint]


class Touched(Message, frozen=True, tag="touched"):
    """These topics look different now, though no entry was added to them."""

    workspace_id: UUID
    topics: Sequence[str]


class Told(Message, frozen=True, tag="told"):
    """An event that nobody stores."""

    workspace_id: UUID
    topic: str
    happening: Happening


class Revoke(Message, frozen=True, tag="revoke"):
    """Somebody may not go on."""

    revocation: Revocation


class Presence(Message, frozen=True, tag="presence"):
    """What one node knows of who is here; see `presence.py`."""

    note: msgspec.Raw


class Missed(Message, frozen=True, tag="missed"):
    """Some of what I should have told you is lost: look at everything again."""


class Deaf(Message, frozen=True, tag="deaf"):
    """I cannot hear the broker now: tell me over NOTIFY. For buses among themselves (`nats_bus.py`)."""


class Envelope(msgspec.Struct, frozen=True, omit_defaults=True, rename={"sender": "from"}):
    """Messages of one node, as they travel between processes. `envelopes.py` opens them.
    `number`: counts the envelopes of a sender where one may get lost.

    A function of the database that sends hints itself writes exactly this, at most 60 hints at a time:
    `{"from": node, "messages": [{"type": "hints", "workspace_id": …, "hints": [[topic, first, last], …]}]}`
    """

    sender: str
    messages: "Sequence[AnyMessage]"
    number: int | None = None


AnyMessage = Hints | Touched | Told | Revoke | Presence | Missed | Deaf


class Listener(Protocol):
    """The hub, as the bus sees it. Nothing here may block or raise."""

    def deliver(self, workspace_id: UUID, batches: Sequence[Batch]) -> None:
        """Entries that this node has just committed."""
        ...

    def hear(self, node: str, message: AnyMessage) -> None:
        """What another node says."""
        ...

    def recheck(self) -> None:
        """The line was broken: anything may have been missed."""
        ...


class Bus(Protocol):
    """One node's end of the bus.

    `node_id` tells the nodes apart and is new at every start. `channel` is the PostgreSQL channel on which a
    function of the database may send hints itself (`append_entries`), '' if nobody listens there.
    `certain`: hints are part of the commit, so that none is lost as long as the line stands; else those of the last
    moment are lost with a node that dies, and the journal has to be asked more often (`verification.py`).
    """

    node_id: str
    channel: str
    certain: bool

    @property
    def connected(self) -> bool:
        """Whether the line to the other nodes stands, as far as one can tell."""
        ...

    def attach(self, listener: Listener) -> None:
        """Whom to tell; before `start`."""
        ...

    async def start(self) -> None:
        """Begin to listen."""
        ...

    async def stop(self) -> None:
        """Send what is waiting and end."""
        ...

    def deliver(self, workspace_id: UUID, batches: Sequence[Batch]) -> None:
        """Give entries to this node's own hub, after their commit. The other nodes got hints."""
        ...

    def hint_in(self, connection: Connection, workspace_id: UUID, hints: Sequence[Hint]) -> Awaitable[None]:
        """Tell the other nodes of entries as part of this transaction: they hear of it if it commits."""
        ...

    def tell_in(self, connection: Connection, message: AnyMessage) -> Awaitable[None]:
        """Tell the other nodes anything as part of this transaction."""
        ...

    def tell(self, message: AnyMessage) -> None:
        """Tell the other nodes anything, soon; may get lost when the line is broken."""
        ...

    def broadcast(self, workspace_id: UUID, topic: str, happening: Happening) -> None:
        """Tell everybody who follows the topic, on this and all other nodes, of what nobody stores."""
        ...
