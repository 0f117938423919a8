"""One client on this server: does what its protocol core says, one request after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from random import uniform
from typing import Any

from alongside.kit.errors import AlongsideError
from alongside.kit.logs import logger
from alongside.realtime import frames, protocol
from alongside.realtime.connection import Connection
from alongside.realtime.entrance import Entrance
from alongside.realtime.following import Follower
from alongside.realtime.intake import Intake
from alongside.realtime.metrics import (
    CLOSED,
    ERRORS,
    FRAMES_IN,
    OVERFLOWS,
    command_counter,
    command_timer,
)
from alongside.realtime.outbox import Outbox
from alongside.realtime.quotas import NoQuotas, Quota, kind_of
from alongside.realtime.refusals import error_frame, retry_after, stable_code
from alongside.realtime.sessions import Session
from alongside.realtime.submitted import Submitted

__all__ = ["Client", "Entrance"]

log = logger(__name__)
RETURN_SECONDS = (0.0, 0.5)
LONGEST_REST = 1.0
Request = protocol.Authenticate | protocol.Follow | protocol.Unfollow | protocol.Run


class Client:
    """Reads frames (`received`), acts, writes to its outbox. `lost` when the transport is gone.

    `own_origin`: whether the handshake came from a page of this server, without which cookies don't count.
    """

    def __init__(
        self, entrance: Entrance, connection: Connection, headers: Mapping[str, str], own_origin: bool
    ) -> None:
        self.session: Session | None = None
        self.followers: dict[str, Follower] = {}
        self.connection = connection
        self.outbox = Outbox(entrance.limits.outbox_bytes, connection.flush, self._cut)
        self._entrance = entrance
        self._headers = headers
        self._own_origin = own_origin
        self._core = protocol.ProtocolCore(entrance.limits, entrance.monotonic())
        self._requests: deque[Request] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._submitted = 0
        self._taken_back: list[protocol.Run] = []
        self._intake = Intake(connection, self._read)
        self._quota: Quota = NoQuotas()
        self._retiring = False
        self.over = False
        connection.attach(self.outbox)
        entrance.hub.lobby.meet(self)

    def received(self, data: str | bytes) -> None:
        """A message from the peer: text, or bytes for a binary one. Never raises."""
        FRAMES_IN.inc()
        if not (self._retiring or self.over):
            self._intake.take(data)

    def _read(self, data: str | bytes) -> None:
        if not (self._retiring or self.over):
            for action in self._core.receive(data, self._entrance.monotonic()):
                self._act(action)

    def tick(self, now: float) -> None:
        """Time has passed (monotonic seconds)."""
        if not self.over:
            for action in self._core.tick(now):
                self._act(action)

    def _act(self, action: protocol.Action) -> None:
        if isinstance(action, protocol.Send):
            self.send(action.frame)
        elif isinstance(action, protocol.End):
            self._finish(action, discard=False)
        elif isinstance(action, protocol.Pause):
            self._intake.rest(action.seconds)
        elif not self.over and self._may(action):
            self._ask(action)

    def _may(self, request: Request) -> bool:
        """Whether those who share with this connection leave it its part; told off if not, and read more slowly."""
        kind = kind_of(request, self._entrance.commands)
        wait = self._quota.ask(kind) if kind else 0.0
        if not wait or isinstance(request, protocol.Authenticate):
            return True
        if isinstance(request, protocol.Follow) and not self._wants(request.topic):
            self._core.release(request.topic)
        for action in self._core.hold_off(request.id, wait, self._entrance.monotonic()):
            self._act(action)
        if not self.over:
            self._intake.rest(min(wait, LONGEST_REST))
        return False

    def _wants(self, topic: str) -> bool:
        waiting = (each for each in self._requests if isinstance(each, protocol.Follow))
        return topic in self.followers or any(each.topic == topic for each in waiting)

    def _ask(self, request: Request) -> None:
        """Submitted commands overtake nothing: they are begun only where nothing else waits, and everything
        else begins when the last of them is answered."""
        idle = self._worker is None and not self._requests and not self._taken_back
        if not (idle and isinstance(request, protocol.Run) and self._submit(request)):
            self._requests.append(request)
            self._go_on()
        if self._waiting() >= self._entrance.limits.waiting_requests:
            self._intake.crowd(True)

    def _waiting(self) -> int:
        return len(self._requests) + len(self._taken_back) + self._submitted

    def _submit(self, request: protocol.Run) -> bool:
        if self.session is None:
            return False
        reply = Submitted(self, request, self._entrance.monotonic())
        self._submitted += 1
        try:
            taken = self._entrance.commands.submit(self.session, request.name, request.data, reply)
        except AlongsideError as error:
            reply.failed(error)
            return True
        except Exception:
            log.exception("socket_request_failed", request="Submit")
            reply.failed(AlongsideError())
            return True
        self._submitted -= not taken
        return taken

    def seconds_since(self, moment: float) -> float:
        """How long ago that was."""
        return self._entrance.monotonic() - moment

    def settle(self, frame: frames.ServerFrame) -> None:
        """A submitted command is answered."""
        self._submitted -= 1
        self.send(frame)
        self._go_on()

    def take_back(self, request: protocol.Run) -> None:
        """A submitted command has to be run after all, before what came later."""
        self._submitted -= 1
        if not self.over:
            self._taken_back.append(request)
        self._go_on()

    def _go_on(self) -> None:
        if self._worker is None and not self._submitted:
            self._requests.extendleft(reversed(self._taken_back))
            self._taken_back.clear()
            if self._requests:
                self._worker = asyncio.get_running_loop().create_task(self._work())
            elif self._retiring:
                self._return_later()
        self._read_on()

    def _read_on(self) -> None:
        if self._waiting() <= self._entrance.limits.waiting_requests // 2:
            self._intake.crowd(False)

    async def _work(self) -> None:
        while self._requests:
            request = self._requests.popleft()
            await self._do(request)
            self._read_on()
        self._worker = None
        if self._retiring:
            self._return_later()

    async def _do(self, request: Request) -> None:
        try:
            await self._perform(request)
        except AlongsideError as error:
            self._refuse(request, error)
        except Exception:
            log.exception("socket_request_failed", request=type(request).__name__)
            self._refuse(request, AlongsideError())

    async def _perform(self, request: Request) -> None:
        hub = self._entrance.hub
        match request:
            case protocol.Run():
                await self._run(request)
            case protocol.Follow():
                await self.outbox.room()
                if not self.over:
                    await hub.follow(self, request.id, request.topic, request.after)
            case protocol.Unfollow():
                hub.unfollow(self, request.topic)
                self.send(frames.Unsubscribed(request.id))
            case protocol.Authenticate():
                await self._authenticate(request.token)

    async def _authenticate(self, token: str | None) -> None:
        mark = self._entrance.hub.lobby.mark()
        session = await self._entrance.who(token, self._headers, self._own_origin)
        if self.over:
            return
        self._entrance.hub.join(self, session, mark)
        self._share(session)
        now = self._entrance.clock.now().isoformat().replace("+00:00", "Z")
        self.send(self._core.welcome(session, now).frame)

    def _share(self, session: Session) -> None:
        """From now on it takes from what it shares; what it asked for before is counted too."""
        self._quota = self._entrance.quotas.of(session, self.connection.remote_address)
        for request in self._requests:
            if kind := kind_of(request, self._entrance.commands):
                self._quota.charge(kind)

    async def _run(self, request: protocol.Run) -> None:
        assert self.session is not None
        name = request.name if request.name in self._entrance.commands else "unknown"
        outcome, started = "internal", self._entrance.monotonic()
        try:
            result: Any = await self._entrance.commands.run(self.session, request.name, request.data)
            outcome = "done"
        except AlongsideError as error:
            outcome = stable_code(error)
            raise
        finally:
            command_timer(name).observe(self.seconds_since(started))
            command_counter(name, outcome).inc()
        self.send(frames.Done(request.id, result))

    def _refuse(self, request: Request, error: AlongsideError) -> None:
        if isinstance(request, protocol.Authenticate):
            self.end(stable_code(error), error.message, error.hint, retry_after(error))
            return
        if isinstance(request, protocol.Follow):
            self._core.release(request.topic)
        self.send(error_frame(request.id, error))

    def send(self, frame: frames.ServerFrame) -> None:
        """Have a frame written to this client alone."""
        if isinstance(frame, frames.Error):
            ERRORS.labels(frame.code).inc()
        self.outbox.push(frames.encode(frame), asked=isinstance(frame, frames.Subscribed))

    def release(self, topic: str) -> None:
        """A topic was taken away: it no longer counts against the limit."""
        self._core.release(topic)

    def end(
        self,
        code: str,
        message: str = "",
        hint: str = "",
        retry_after: float | None = None,
        *,
        discard: bool = False,
    ) -> None:
        """Say goodbye and close. `discard`: what waits to be written is not written any more."""
        if not self.over:
            self._finish(self._core.end(code, message, hint, retry_after), discard)

    def _finish(self, end: protocol.End, discard: bool) -> None:
        self.over = True
        self._requests.clear()
        self._intake.close()
        CLOSED.labels(end.bye.code).inc()
        self._entrance.hub.drop(self)
        self.outbox.finish(frames.encode(end.bye), discard=discard)
        self.connection.close(end.close, end.bye.code)

    def _cut(self) -> None:
        OVERFLOWS.inc()
        self.end("too_slow", retry_after=1.0, discard=True)

    def retire(self) -> None:
        """The server stops: finish what has been asked, read nothing more, then say goodbye."""
        self._retiring = True
        if self._worker is None and not self._submitted:
            self._return_later()

    def _return_later(self) -> None:
        """Ask to come back, not all at the same moment; `Hub.drain` has spread them already."""
        pause = uniform(*RETURN_SECONDS)  # noqa: S311 - spreads them, hides nothing
        self.end("restarting", retry_after=pause)

    def lost(self) -> None:
        """The transport is gone. A command that runs is finished; its answer is not wanted any more."""
        self.over = True
        self._requests.clear()
        self._intake.close()
        self.outbox.close()
        self._entrance.hub.drop(self)
