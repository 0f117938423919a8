"""The protocol of one connection, without I/O: frames and the time go in, actions come out.

    new ──hello──▶ open ──End──▶ over

A client need not wait for `welcome`: what it sends after `hello` is handed on in order, and the one who acts
(`client.Client`) authenticates before anything else.
"""

import math
from enum import Enum
from typing import Any, NamedTuple

import msgspec

from alongside.realtime import frames
from alongside.realtime.codes import CODES, close_code
from alongside.realtime.limits import Limits
from alongside.realtime.metrics import LIMITED
from alongside.realtime.rates import TokenBucket
from alongside.realtime.sessions import Session


class Send(NamedTuple):
    """Write this frame."""

    frame: frames.ServerFrame


class Authenticate(NamedTuple):
    """Find out who this is: by the token, or by the handshake's cookie if there is none."""

    token: str | None


class Follow(NamedTuple):
    """Subscribe to a topic."""

    id: frames.RequestId
    topic: str
    after: int | None


class Unfollow(NamedTuple):
    """Unsubscribe from a topic."""

    id: frames.RequestId
    topic: str


class Run(NamedTuple):
    """Run a command."""

    id: frames.RequestId
    name: str
    data: msgspec.Raw


class Pause(NamedTuple):
    """Read nothing more for so many seconds; what was read already waits."""

    seconds: float


class End(NamedTuple):
    """Write the goodbye, then close with this WebSocket close number. Nothing comes after it."""

    bye: frames.Bye
    close: int


Action = Send | Authenticate | Follow | Unfollow | Run | Pause | End


class State(Enum):
    """Where a connection is."""

    NEW = "new"
    OPEN = "open"
    OVER = "over"


class ProtocolCore:
    """One connection's side of the protocol. `now` is always monotonic seconds."""

    def __init__(self, limits: Limits, now: float) -> None:
        self.state = State.NEW
        self._limits = limits
        self._opened = self._heard = now
        self._frames = TokenBucket(limits.frames_per_second, limits.frame_burst, now)
        self._commands = TokenBucket(limits.commands_per_second, limits.command_burst, now)
        self._strikes = TokenBucket(1.0, limits.strikes, now)
        self._back_at = now
        self._early = 0
        self._topics: set[str] = set()

    def receive(self, data: str | bytes, now: float) -> list[Action]:
        """A frame from the client: text as it came, or bytes if it was a binary frame."""
        if self.state is State.OVER:
            return []
        self._heard = now
        actions = self._take_in(data, now)
        wait = self._frames.owe(1, now)
        if wait and not (actions and isinstance(actions[-1], End | Pause)):
            LIMITED.labels("frames").inc()
            actions.append(Pause(wait))
        return actions

    def _take_in(self, data: str | bytes, now: float) -> list[Action]:
        if isinstance(data, bytes):
            return self._refuse(now, None, "malformed", hint="Send text frames, not binary ones.")
        if _exceeds(data, self._limits.frame_bytes):
            hint = f"At most {self._limits.frame_bytes} bytes a frame; files go over HTTP."
            return self._refuse(now, _glimpse(data).id, "too_large", hint=hint)
        return self._read(data, now)

    def _read(self, text: str, now: float) -> list[Action]:
        try:
            frame = frames.decode(text)
        except frames.UNREADABLE as error:
            return self._refuse_unread(text, frames.why_unreadable(error), now)
        if self.state is State.NEW and not isinstance(frame, frames.Hello):
            return self._refuse(now, getattr(frame, "id", None), "hello_expected")
        return self._act(frame, now)

    def _refuse_unread(self, text: str, why: str, now: float) -> list[Action]:
        glimpse = _glimpse(text)
        if glimpse.type is None or glimpse.type in _KNOWN_TYPES:
            return self._refuse(now, glimpse.id, "malformed", hint=f"{why}.")
        return self._refuse(now, glimpse.id, "unknown_type", hint=f"Known: {', '.join(_KNOWN_TYPES)}.")

    def _act(self, frame: frames.AnyClientFrame, now: float) -> list[Action]:
        match frame:
            case frames.Command():
                return self._run(frame, now)
            case frames.Ping():
                return [Send(_PONG)]
            case frames.Subscribe():
                return self._follow(frame, now)
            case frames.Unsubscribe():
                self._topics.discard(frame.topic)
                return [Unfollow(frame.id, frame.topic)]
            case frames.Hello():
                return self._greet(frame, now)

    def _run(self, frame: frames.Command, now: float) -> list[Action]:
        wait = self._commands.take(now)
        if wait:
            LIMITED.labels("command").inc()
            return self._read_slowly(self.hold_off(frame.id, wait, now))
        return [Run(frame.id, frame.name, frame.data)]

    def _read_slowly(self, actions: list[Action]) -> list[Action]:
        """Who takes no notice is read at the pace at which there is room again."""
        if self._early > self._limits.command_burst and not isinstance(actions[-1], End):
            actions.append(Pause(1.0 / self._limits.commands_per_second))
        return actions

    def hold_off(self, request_id: frames.RequestId, wait: float, now: float) -> list[Action]:
        """Too often: come back in so many seconds. Who does is in no danger, however often. Who comes before that
        may not have read it yet, so many times; then it counts as what had to be refused."""
        self._early = self._early + 1 if now < self._back_at else 0
        self._back_at = max(self._back_at, now + wait)
        if self._early > self._limits.early_returns:
            return self._refuse(now, request_id, "too_many", retry_after=wait)
        return [_error(request_id, "too_many", retry_after=wait)]

    def _follow(self, frame: frames.Subscribe, now: float) -> list[Action]:
        if frame.topic not in self._topics and len(self._topics) >= self._limits.subscriptions:
            LIMITED.labels("subscriptions").inc()
            hint = f"At most {self._limits.subscriptions} topics at once; unsubscribe from one first."
            return self._refuse(now, frame.id, "too_many", hint=hint)
        self._topics.add(frame.topic)
        return [Follow(frame.id, frame.topic, frame.after)]

    def _greet(self, frame: frames.Hello, now: float) -> list[Action]:
        if self.state is State.OPEN:
            return self._refuse(now, None, "malformed", hint="One hello a connection is enough.")
        if frame.protocol != frames.PROTOCOL:
            hint = f"This server speaks protocol {frames.PROTOCOL}."
            return [self.end("unsupported_protocol", hint=hint)]
        self.state = State.OPEN
        return [Authenticate(frame.token)]

    def _refuse(
        self,
        now: float,
        request_id: frames.RequestId | None,
        code: str,
        hint: str = "",
        retry_after: float | None = None,
    ) -> list[Action]:
        if self._strikes.take(now):
            LIMITED.labels("strikes").inc()
            return [self.end("too_many", hint="Too many frames that had to be refused.", retry_after=30.0)]
        return [_error(request_id, code, hint, retry_after)]

    def tick(self, now: float) -> list[Action]:
        """Time has passed: ends a connection that said no hello in time, or nothing for too long."""
        if self.state is State.NEW and now - self._opened >= self._limits.hello_seconds:
            return [self.end("hello_expected")]
        if self.state is State.OPEN and now - self._heard >= self._limits.silence_seconds:
            return [self.end("silent", retry_after=0.0)]
        return []

    def welcome(self, session: Session, time: str) -> Send:
        """The answer to a good hello. `time`: the server's, RFC 3339."""
        assert session.actor.id is not None
        assert session.actor.kind in ("person", "agent")
        return Send(
            frames.Welcome(
                protocol=frames.PROTOCOL,
                you=frames.You(session.actor.kind, session.actor.id, session.name, session.role),
                workspace=frames.WorkspaceCard(
                    session.workspace_id, session.workspace_slug, session.workspace_name
                ),
                heartbeat_seconds=self._limits.heartbeat_seconds,
                limits=self._allowances(),
                now=time,
            )
        )

    def _allowances(self) -> frames.Allowances:
        limits = self._limits
        return frames.Allowances(
            frame_bytes=limits.frame_bytes,
            subscriptions=limits.subscriptions,
            commands_per_second=limits.commands_per_second,
            command_burst=limits.command_burst,
            typing_seconds=limits.typing_seconds,
        )

    def release(self, topic: str) -> None:
        """A subscription did not come about, or was taken away: it no longer counts."""
        self._topics.discard(topic)

    def end(self, code: str, message: str = "", hint: str = "", retry_after: float | None = None) -> End:
        """End the connection for this reason; with `retry_after` (seconds) the client should come back."""
        self.state = State.OVER
        known = CODES.get(code)
        meaning, advice = (known.meaning, known.advice) if known else ("", "")
        again = msgspec.UNSET if retry_after is None else round(retry_after, 3)
        return End(frames.Bye(code, message or meaning, hint or advice, again), close_code(code))


def _error(
    request_id: frames.RequestId | None, code: str, hint: str = "", retry_after: float | None = None
) -> Send:
    known = CODES[code]
    again = msgspec.UNSET if retry_after is None else math.ceil(retry_after * 1000) / 1000
    return Send(frames.Error(request_id, code, known.meaning, hint or known.advice, again))


class _Glimpse(msgspec.Struct):
    type: Any = None
    id: Any = None


_KNOWN_TYPES = [frames.type_of(frame) for frame in frames.CLIENT_FRAMES]
_PONG = frames.Pong()
_glimpses = msgspec.json.Decoder(_Glimpse)


def _glimpse(data: str | bytes) -> _Glimpse:
    """Type and id of a frame that cannot be read as a whole, so that its sender knows which one it was."""
    try:
        found = _glimpses.decode(data)
    except frames.UNREADABLE:
        return _Glimpse()
    usable = isinstance(found.id, int) or (isinstance(found.id, str) and len(found.id) <= 64)
    return _Glimpse(found.type, found.id if usable and not isinstance(found.id, bool) else None)


def _exceeds(text: str, limit: int) -> bool:
    if len(text) > limit:
        return True
    return not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > limit
