"""The frames of `alongside.v1`: what travels over the socket, one JSON object a frame, told apart by `type`.

`docs/protocol/README.md` is the page for those who write a client; these structs are its source.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

PROTOCOL = 1
SUBPROTOCOL = "alongside.v1"

RequestId = Annotated[str, Meta(min_length=1, max_length=64)] | int
Topic = Annotated[str, Meta(min_length=1, max_length=100)]
SequenceNumber = Annotated[int, Meta(ge=0, le=2**63 - 1)]


def _nothing() -> msgspec.Raw:
    return msgspec.Raw(b"{}")


class ClientFrame(msgspec.Struct, frozen=True, tag_field="type"):
    """What a client may send."""


class Hello(ClientFrame, frozen=True, tag="hello"):
    """The first frame. Without a token, the cookie of the handshake says who is there."""

    protocol: int
    token: Annotated[str, Meta(max_length=512)] | None = None
    client: Annotated[str, Meta(max_length=100)] = ""


class Subscribe(ClientFrame, frozen=True, tag="subscribe"):
    """Ask for a topic: its state now and everything that follows. `after`: the last sequence already held."""

    id: RequestId
    topic: Topic
    after: SequenceNumber | None = None


class Unsubscribe(ClientFrame, frozen=True, tag="unsubscribe"):
    """Have enough of a topic."""

    id: RequestId
    topic: Topic


class Command(ClientFrame, frozen=True, tag="command"):
    """Do something. `data` is read by the command's own type."""

    id: RequestId
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    data: msgspec.Raw = msgspec.field(default_factory=_nothing)


class Ping(ClientFrame, frozen=True, tag="ping"):
    """A sign of life; answered by `pong`."""


class ServerFrame(msgspec.Struct, frozen=True, tag_field="type"):
    """What the server may send."""


class You(msgspec.Struct, frozen=True):
    """Who the server takes the client for."""

    kind: Literal["person", "agent"]
    id: UUID
    name: str | None
    role: str | None = None


class WorkspaceCard(msgspec.Struct, frozen=True):
    """The workspace that the client is in."""

    id: UUID
    slug: str
    name: str


class Allowances(msgspec.Struct, frozen=True):
    """What this connection may ask for, before it is told off."""

    frame_bytes: int
    subscriptions: int
    commands_per_second: float
    command_burst: int
    typing_seconds: float


class Welcome(ServerFrame, frozen=True, tag="welcome"):
    """The hello was good. `now` is the server's time, RFC 3339 in UTC."""

    protocol: int
    you: You
    workspace: WorkspaceCard
    heartbeat_seconds: float
    limits: Allowances
    now: str


class Subscribed(ServerFrame, frozen=True, tag="subscribed"):
    """A topic as it is now: its state and its entries in the range (after, upto]."""

    id: RequestId
    topic: str
    state: Any
    after: int
    upto: int
    entries: Sequence[Any]


class Unsubscribed(ServerFrame, frozen=True, tag="unsubscribed"):
    """Nothing more will come from that topic."""

    id: RequestId


class Entries(ServerFrame, frozen=True, tag="entries"):
    """New entries of a topic; covers the range (after, upto], whether or not every number is in it."""

    topic: str
    after: int
    upto: int
    entries: Sequence[Any]


class Event(ServerFrame, frozen=True, tag="event"):
    """Something that is not in the journal: it changes the state of the topic, or is only for now."""

    topic: str
    name: str
    data: Any


class Done(ServerFrame, frozen=True, tag="done"):
    """A command succeeded; what it made is durable."""

    id: RequestId
    data: Any


class Error(ServerFrame, frozen=True, tag="error"):
    """A frame could not be acted upon. The connection lives on."""

    id: RequestId | None
    code: str
    message: str
    hint: str
    retry_after: float | UnsetType = UNSET
    fields: dict[str, str] | UnsetType = UNSET


class Revoked(ServerFrame, frozen=True, tag="revoked"):
    """The client may not follow this topic any more; nothing more will come from it."""

    topic: str
    code: str
    message: str


class Pong(ServerFrame, frozen=True, tag="pong"):
    """The answer to a ping."""


class Bye(ServerFrame, frozen=True, tag="bye"):
    """The server is about to close. With `retry_after`, come back after so many seconds; without, don't."""

    code: str
    message: str
    hint: str = ""
    retry_after: float | UnsetType = UNSET


AnyClientFrame = Hello | Subscribe | Unsubscribe | Command | Ping
AnyServerFrame = Welcome | Subscribed | Unsubscribed | Entries | Event | Done | Error | Revoked | Pong | Bye
CLIENT_FRAMES: tuple[type[ClientFrame], ...] = (Hello, Subscribe, Unsubscribe, Command, Ping)
SERVER_FRAMES: tuple[type[ServerFrame], ...] = (
    Welcome,
    Subscribed,
    Unsubscribed,
    Entries,
    Event,
    Done,
    Error,
    Revoked,
    Pong,
    Bye,
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyClientFrame] = msgspec.json.Decoder(AnyClientFrame)


def encode(frame: ServerFrame) -> bytes:
    """A frame as it travels."""
    return _encoder.encode(frame)


UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What reading JSON from outside may raise: not the shape, not UTF-8 (or a lone surrogate), nested too deeply."""


def why_unreadable(error: Exception) -> str:
    """Which of them it was, in words for whoever sent it."""
    return "Nested too deeply" if isinstance(error, RecursionError) else str(error)


def decode(text: str | bytes) -> AnyClientFrame:
    """A client's frame. Raises one of UNREADABLE if it is none."""
    return _decoder.decode(text)


def type_of(frame: type[ClientFrame] | type[ServerFrame]) -> str:
    """The `type` by which a frame is told apart: `subscribe`."""
    return str(frame.__struct_config__.tag)
