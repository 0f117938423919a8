"""Somebody at a socket who comes back when the connection is lost, and repeats what was not answered.

A command is repeated with the same data, so with the same ids: the server answers as it did the first time.
"""

import asyncio
import itertools
import time
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

from alongside.app.replay.failures import Lost, Refused, pause_after
from alongside.app.replay.waits import Waits
from alongside.app.replay.wire import Hear, Wire, connected
from alongside.realtime import frames
from alongside.realtime.rates import TokenBucket

T = TypeVar("T")
_SETTLING = 0.05
_TRIES_OF_MISTAKES = 3
_OF_WHAT_IS_ALLOWED = 0.9


def pace_of(limits: frames.Allowances) -> TokenBucket:
    """How often commands go out at most: a little less than the server allows, so that it need not refuse any.
    Refusals are counted, and who has too many of them is shown out."""
    rate, burst = limits.commands_per_second, limits.command_burst
    return TokenBucket(_OF_WHAT_IS_ALLOWED * rate, _OF_WHAT_IS_ALLOWED * burst, time.monotonic())


class Caller:
    """One device, or one agent's session. `hear` gets every frame that is not the answer to a command.

    `patience`: seconds until something is given up. `losses`: connections that were lost so far."""

    def __init__(self, url: str, token: str, waits: Waits, patience: float, hear: Hear) -> None:
        self.losses = 0
        self._url = url
        self._token = token
        self._waits = waits
        self._patience = patience
        self._hear = hear
        self._held: dict[str, int | None] = {}
        self._tries = 0
        self._wire: asyncio.Future[Wire] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        self._staying = asyncio.create_task(self._stay())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._staying.cancel()
        with suppress(asyncio.CancelledError):
            await self._staying

    async def _stay(self) -> None:
        """Be connected, until the server does not want it any more."""
        while True:
            try:
                await self._connect()
            except Lost as lost:
                await self._pause(lost.retry_after)
            except Refused as refused:
                if not refused.passing:
                    self._give_up(refused)
                    return
                await self._pause(refused.retry_after)

    async def _connect(self) -> None:
        async with connected(self._url, self._token, self._heard) as (wire, welcome):
            self._tries = 0
            self._pace = pace_of(welcome.limits)
            self._wire.set_result(wire)
            resuming = asyncio.create_task(self._resume(wire))
            try:
                await wire.listen(welcome.heartbeat_seconds)
            except (Lost, Refused):
                self.losses += 1
                raise
            finally:
                self._wire = asyncio.get_running_loop().create_future()
                resuming.cancel()

    async def _resume(self, wire: Wire) -> None:
        for topic in list(self._held):
            with suppress(Lost, Refused):
                await self._subscribe(wire, topic)

    async def _subscribe(self, wire: Wire, topic: str) -> None:
        for tries in itertools.count(1):
            try:
                return await wire.subscribe(topic, self._held[topic])
            except Refused as refused:
                await self._bear(refused, tries)

    async def _bear(self, refused: Refused, tries: int) -> None:
        """Wait if that may help, else raise it. What is a mistake of the server's gets few tries."""
        if refused.retry_after is not None:
            await self._waits.wait("sockets", refused.retry_after)
        elif refused.code == "internal" and tries < _TRIES_OF_MISTAKES:
            await asyncio.sleep(pause_after(tries))
        else:
            raise refused

    def _heard(self, frame: frames.AnyServerFrame) -> None:
        if isinstance(frame, frames.Subscribed | frames.Entries):
            self._held[frame.topic] = frame.upto
        self._hear(frame)

    async def _pause(self, told: float | None) -> None:
        self._tries += 1
        if told:
            await self._waits.wait("sockets", told)
        await asyncio.sleep(pause_after(self._tries))

    def _give_up(self, refused: Refused) -> None:
        self._wire.set_exception(refused)
        self._wire.exception()  # seen, even if nobody asks any more

    async def ready(self) -> None:
        """Until there is a connection. Raises Refused if there will be none."""
        await self._patiently(self._connected())

    async def _connected(self) -> Wire:
        return await asyncio.shield(self._wire)

    async def follow(self, topic: str, after: int | None = None) -> None:
        """Hear of a topic from now on, after every loss too: what is beyond `after`. Raises Refused."""
        await self._patiently(self._followed(topic, after))

    async def _followed(self, topic: str, after: int | None) -> None:
        while True:
            wire = await self._connected()
            self._held.setdefault(topic, after)
            try:
                return await self._subscribe(wire, topic)
            except Lost:
                await asyncio.sleep(_SETTLING)

    async def command(self, name: str, data: dict[str, Any]) -> Any:
        """Have something done and give what it answers, in as many tries as it takes. Raises Refused."""
        return await self._patiently(self._done(name, data))

    async def _done(self, name: str, data: dict[str, Any]) -> Any:
        for tries in itertools.count(1):
            try:
                wire = await self._connected()
                await self._keep_pace()
                return await wire.command(name, data)
            except Lost:
                await asyncio.sleep(_SETTLING)
            except Refused as refused:
                await self._bear(refused, tries)

    async def _keep_pace(self) -> None:
        while seconds := self._pace.take(time.monotonic()):
            await self._waits.wait("sockets", seconds)

    async def _patiently(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(self._patience):
                return await work
        except TimeoutError:
            raise Refused("gave_up", f"nothing came of it in {self._patience:g} seconds") from None
