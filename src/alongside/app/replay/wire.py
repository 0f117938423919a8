"""One connection to the server's socket, from its hello to its end."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from alongside.app.replay.failures import Lost, Refused, refusal_of
from alongside.app.replay.script import CLIENT
from alongside.realtime import frames

Hear = Callable[[frames.AnyServerFrame], None]
_ANSWER_SECONDS = 30.0
_OUR_FAULT = frozenset(range(400, 500)) - {408, 425, 429}
_decoder: msgspec.json.Decoder[frames.AnyServerFrame] = msgspec.json.Decoder(frames.AnyServerFrame)


class Wire:
    """A welcomed connection. Answers go to who asked; everything else is heard."""

    def __init__(self, socket: ClientConnection, hear: Hear) -> None:
        self._socket = socket
        self._hear = hear
        self._numbers = itertools.count(1)
        self._asked: dict[frames.RequestId, asyncio.Future[Any]] = {}

    async def command(self, name: str, data: dict[str, Any]) -> Any:
        """Have something done; gives what `done` carries. Raises Refused, or Lost if no answer came."""
        number = next(self._numbers)
        raw = msgspec.Raw(msgspec.json.encode(data))
        return (await self._ask(number, frames.Command(number, name, raw))).data

    async def subscribe(self, topic: str, after: int | None) -> None:
        """Follow a topic: it is heard as it is now, then what happens. Raises Refused, or Lost if no answer came."""
        number = next(self._numbers)
        await self._ask(number, frames.Subscribe(number, topic, after))

    async def _ask(self, number: int, frame: frames.ClientFrame) -> Any:
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await _say(self._socket, frame)
                return await answer
        except TimeoutError:
            raise Lost("no answer") from None
        finally:
            self._asked.pop(number, None)

    async def listen(self, heartbeat: float) -> None:
        """Hear whatever comes, for ever. `heartbeat`: seconds between signs of life. Raises Lost or Refused."""
        beating = asyncio.create_task(self._beat(heartbeat))
        try:
            while True:
                self._receive(await _next(self._socket))
        finally:
            beating.cancel()
            self._let_go()

    async def _beat(self, seconds: float) -> None:
        with suppress(Lost):
            while True:
                await asyncio.sleep(seconds)
                await _say(self._socket, frames.Ping())

    def _receive(self, frame: frames.AnyServerFrame | None) -> None:
        match frame:
            case frames.Bye():
                raise refusal_of(frame)
            case frames.Done() | frames.Error() if frame.id in self._asked:
                _settle(self._asked[frame.id], frame)
            case frames.Subscribed() if frame.id in self._asked:
                _settle(self._asked[frame.id], frame)
                self._hear(frame)
            case frames.ServerFrame():
                self._hear(frame)

    def _let_go(self) -> None:
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(Lost("the connection ended"))


def _settle(answer: asyncio.Future[Any], frame: frames.Done | frames.Subscribed | frames.Error) -> None:
    if answer.done():
        return
    if isinstance(frame, frames.Error):
        answer.set_exception(refusal_of(frame))
    else:
        answer.set_result(frame)


@asynccontextmanager
async def connected(url: str, token: str, hear: Hear) -> AsyncIterator[tuple[Wire, frames.Welcome]]:
    """A new connection to the server at `url` (http or https), welcomed as the owner of a device's or an agent's
    token. Raises Lost if it does not come about, Refused if the server does not want it."""
    async with _opened(url) as socket:
        await _say(socket, frames.Hello(frames.PROTOCOL, token, CLIENT))
        yield Wire(socket, hear), await _welcome(socket)


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[ClientConnection]:
    address = url.replace("http", "ws", 1) + "/socket"
    protocols = [Subprotocol(frames.SUBPROTOCOL)]
    try:
        socket = await connect(address, subprotocols=protocols, compression=None, user_agent_header=CLIENT)
    except InvalidStatus as error:
        status = error.response.status_code
        if status in _OUR_FAULT:
            raise Refused("refused", f"the handshake was answered by {status}") from error
        raise Lost("the handshake failed") from error
    except (OSError, TimeoutError, InvalidHandshake) as error:
        raise Lost("nobody answered") from error
    async with socket:
        yield socket


async def _welcome(socket: ClientConnection) -> frames.Welcome:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            while not isinstance(frame := await _next(socket), frames.Welcome):
                if isinstance(frame, frames.Bye):
                    raise refusal_of(frame)
    except TimeoutError:
        raise Lost("no welcome") from None
    return frame


async def _say(socket: ClientConnection, frame: frames.ClientFrame) -> None:
    try:
        await socket.send(msgspec.json.encode(frame), text=True)
    except ConnectionClosed as error:
        raise Lost("the connection ended") from error


async def _next(socket: ClientConnection) -> frames.AnyServerFrame | None:
    """The next frame; None for one of a kind that is not known here, and so does not matter."""
    try:
        data = await socket.recv()
    except ConnectionClosed as error:
        raise Lost("the connection ended") from error
    try:
        return _decoder.decode(data)
    except msgspec.ValidationError:
        return None
