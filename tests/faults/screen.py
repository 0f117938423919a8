"""Somebody's screen: a socket that comes back when it is lost, resumes, and sends again what had no answer."""

import asyncio
import itertools
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from tests.faults import frames
from tests.faults.diary import Acknowledged, Diary, Refusal
from tests.faults.replica import Replica

_PING_AFTER, _DEAD_AFTER = 3.0, 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_CONNECT_SECONDS = 15.0


class _Ears(WSListener):
    """One connection of a screen."""

    def __init__(self, screen: "Screen") -> None:
        self._screen = screen

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """A message, or the end."""
        if frame.msg_type == WSMsgType.TEXT:
            self._screen.receive(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()


class Message:
    """What somebody wrote and the server has not yet acknowledged."""

    __slots__ = ("conversation_id", "entry_id", "frame", "sent_at", "tries")

    def __init__(self, conversation_id: str, entry_id: str, frame: bytes) -> None:
        self.conversation_id = conversation_id
        self.entry_id = entry_id
        self.frame = frame
        self.sent_at = 0.0
        self.tries = 0


class Screen:
    """`name` for reports, `token` of a device or a session, `topics` to follow. Runs until `close`.

    `pending`: messages without an answer, by the number of their command, in the order in which they were written."""

    def __init__(self, url: str, name: str, token: str, topics: Sequence[str], diary: Diary) -> None:
        self.name = name
        self.token = token
        self.replicas = {topic: Replica(topic) for topic in topics}
        self.pending: dict[int, Message] = {}
        self.failed: list[Message] = []
        self.welcomed = asyncio.Event()
        self.staying_away = False
        self._url = url.replace("http", "ws", 1) + "/socket"
        self._diary = diary
        self._numbers = itertools.count(1)
        self._transport: WSTransport | None = None
        self._stalled: WSTransport | None = None
        self._retry_after: float | None = None
        self._heard_at = 0.0
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to be connected."""
        self._task = asyncio.create_task(self._stay())

    async def close(self) -> None:
        """Go away for good."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self.cut()

    def cut(self) -> None:
        """Lose the connection, without a word."""
        if self._transport:
            self._transport.disconnect(False)

    @property
    def port(self) -> int:
        """From where it is connected; 0 if it is not."""
        name = self._transport.underlying_transport.get_extra_info("sockname") if self._transport else None
        return int(name[1]) if name else 0

    def stall(self) -> None:
        """Read no more, as a computer does that has gone to sleep, until `wake`."""
        if self._transport:
            self._stalled = self._transport
            self._transport.underlying_transport.pause_reading()

    def wake(self) -> None:
        """Read again: what had been sent, and then that the connection is lost."""
        stalled, self._stalled = self._stalled, None
        if stalled and not stalled.underlying_transport.is_closing():
            stalled.underlying_transport.resume_reading()

    async def _stay(self) -> None:
        pause = _FIRST_PAUSE
        while not self.staying_away:
            welcomed = False
            with suppress(OSError, WSError, TimeoutError):
                welcomed = await self._connect_once()
            pause = _FIRST_PAUSE if welcomed else min(pause * 2, _LONGEST_PAUSE)
            told, self._retry_after = self._retry_after, None
            await asyncio.sleep(told if told is not None else pause * random.uniform(0.5, 1.0))

    async def _connect_once(self) -> bool:
        """One connection to its end; gives whether we were let in."""
        async with asyncio.timeout(_CONNECT_SECONDS):
            transport, _ = await ws_connect(
                lambda: _Ears(self), self._url, extra_headers=[("Sec-WebSocket-Protocol", "alongside.v1")],
                websocket_handshake_timeout=_CONNECT_SECONDS,
            )  # fmt: skip
        self._transport = transport
        self._heard_at = time.monotonic()
        try:
            self._greet()
            await transport.wait_disconnected()
            return self.welcomed.is_set()
        finally:
            self._transport = None
            self._diary.losses += self.welcomed.is_set()
            self.welcomed.clear()

    def _greet(self) -> None:
        """Say who we are and what we hold, without waiting in between."""
        self._write({"type": "hello", "protocol": 1, "client": "faults", "token": self.token})
        for topic in self.replicas:
            self._subscribe(topic)

    def _subscribe(self, topic: str) -> None:
        after = self.replicas[topic].upto
        self._write({"type": "subscribe", "id": f"s:{topic}", "topic": topic, "after": after})

    def _write(self, frame: dict[str, Any]) -> None:
        self._put(frames.encode(frame))

    def _put(self, data: bytes) -> None:
        if self._transport and not self._transport.is_disconnected:
            self._transport.send(WSMsgType.TEXT, data)

    def tick(self) -> None:
        """Look whether the line is alive; call it about once a second."""
        silent = time.monotonic() - self._heard_at
        if self._transport in (None, self._stalled) or silent < _PING_AFTER:
            return
        if silent > _DEAD_AFTER:
            self.cut()
        else:
            self._put(b'{"type":"ping"}')

    def write(self, conversation_id: str, entry_id: str, text: str) -> None:
        """Send a message, now or as soon as there is a connection."""
        number = next(self._numbers)
        data = {"conversation_id": conversation_id, "entry_id": entry_id, "text": text}
        frame = frames.encode({"type": "command", "id": number, "name": "send", "data": data})
        message = self.pending[number] = Message(conversation_id, entry_id, frame)
        message.sent_at = time.monotonic()
        if self.welcomed.is_set():
            self._send(message)

    def _send(self, message: Message) -> None:
        message.tries += 1
        if message.tries > 1:
            self._diary.resent += 1
        self._put(message.frame)

    def do(self, name: str, **data: Any) -> None:
        """A command whose answer nobody waits for."""
        self._write({"type": "command", "id": 0, "name": name, "data": data})

    def receive(self, data: bytes) -> None:
        """A frame from the server; one that cannot be taken is noted, and would otherwise go unseen."""
        try:
            self.hear(data)
        except Exception as error:
            self._diary.troubles.append(f"{self.name}: {error!r} in {data[:300]!r}")
            raise

    def hear(self, data: bytes) -> None:
        """A frame from the server."""
        self._heard_at = time.monotonic()
        match frame := frames.decode(data):
            case frames.Entries():
                self.replicas[frame.topic].entries(frame)
            case frames.Done() if frame.id:
                self._acknowledged(frame)
            case frames.Event():
                self.replicas[frame.topic].event(frame)
            case frames.Subscribed():
                self.replicas[frame.topic].subscribed(frame)
            case frames.Welcome():
                self._welcome()
            case frames.Error():
                self._refused(frame)
            case frames.Bye():
                self._shown_out(frame)
            case frames.Revoked():
                self._note(f"topic {frame.topic}", frame.code, "", False)

    def _welcome(self) -> None:
        self.welcomed.set()
        for message in self.pending.values():
            self._send(message)

    def _acknowledged(self, frame: frames.Done) -> None:
        message = self.pending.pop(frame.id, None)
        if message is None or frame.data is None:
            return
        diary = self._diary
        diary.acknowledged.append(
            Acknowledged(self.name, message.conversation_id, message.entry_id, frame.data.seq)
        )
        diary.duplicates += frame.data.duplicate
        diary.sent_at.append(message.sent_at)
        diary.waited.append(time.monotonic() - message.sent_at)

    def _refused(self, frame: frames.Error) -> None:
        """Wait and repeat if the server says when, else it has failed."""
        retry = frame.retry_after is not None
        about = "subscribe" if isinstance(frame.id, str) else "command"
        self._note(about, frame.code, f"{frame.message} {frame.hint}".strip(), retry)
        again = asyncio.get_running_loop().call_later
        if isinstance(frame.id, str) and frame.retry_after is not None:
            again(frame.retry_after, self._subscribe, frame.id.removeprefix("s:"))
        elif isinstance(frame.id, int) and frame.retry_after is not None:
            again(frame.retry_after, self._send_again, frame.id)
        elif isinstance(frame.id, int) and frame.id in self.pending:
            self.failed.append(self.pending.pop(frame.id))

    def _send_again(self, number: int) -> None:
        if number in self.pending and self.welcomed.is_set():
            self._send(self.pending[number])

    def _shown_out(self, frame: frames.Bye) -> None:
        self._retry_after = frame.retry_after
        self.staying_away = frame.retry_after is None
        refusal = Refusal(self.name, "bye", frame.code, frame.message, frame.retry_after is not None)
        self._diary.byes.append(refusal)

    def _note(self, about: str, code: str, message: str, retry: bool) -> None:
        self._diary.refusals.append(Refusal(self.name, about, code, message, retry))
