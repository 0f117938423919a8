"""The server's frames, as far as a screen here looks at them: ids and numbers, the rest left unread."""

from typing import Any

import msgspec


class Frame(msgspec.Struct, tag_field="type"):
    """What the server may send."""


class Line(msgspec.Struct, frozen=True):
    """An entry: its number and its id, and for whom it is."""

    seq: int
    entry_id: str
    audience: str = "everyone"


class Welcome(Frame, tag="welcome"):
    """The server knows us."""

    now: str


class Subscribed(Frame, tag="subscribed"):
    """A topic as it is."""

    topic: str
    state: Any
    after: int
    upto: int
    entries: list[Line]


class Entries(Frame, tag="entries"):
    """What was added to a topic."""

    topic: str
    after: int
    upto: int
    entries: list[Line]


class Event(Frame, tag="event"):
    """A change of a topic's state."""

    topic: str
    name: str
    data: Any


class Placed(msgspec.Struct):
    """Where an entry landed."""

    seq: int
    at: str = ""
    duplicate: bool = False


class Done(Frame, tag="done"):
    """A command was done and is durable."""

    id: int
    data: Placed | None


class Error(Frame, tag="error"):
    """A command was not done."""

    id: int | str | None
    code: str
    message: str
    hint: str = ""
    retry_after: float | None = None


class Revoked(Frame, tag="revoked"):
    """A topic was taken away."""

    topic: str
    code: str


class Bye(Frame, tag="bye"):
    """The server closes."""

    code: str
    message: str = ""
    retry_after: float | None = None


class Pong(Frame, tag="pong"):
    """The line is alive."""


class Unsubscribed(Frame, tag="unsubscribed"):
    """A topic was left."""


AnyFrame = Welcome | Subscribed | Entries | Event | Done | Error | Revoked | Bye | Pong | Unsubscribed
decode = msgspec.json.Decoder(AnyFrame).decode
encode = msgspec.json.Encoder().encode
