"""Before a run: an agent signs in, visitors come, begin conversations, and the agent takes them."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self
from uuid import uuid4

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.faults.stand import EMAIL, PASSWORD, WORKSPACE

_AT_ONCE = 8


class Invited(NamedTuple):
    """A visitor: the device's token, and the conversation that they have begun."""

    token: str
    id: str

    @property
    def topic(self) -> str:
        """Their conversation's topic."""
        return f"conversation:{self.id}"


class Inviting:
    """`session`: the agent's token."""

    def __init__(self, url: str) -> None:
        self.session = ""
        self._url = url
        self._client = httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=60)
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def __aenter__(self) -> Self:
        body = {"email": EMAIL, "password": PASSWORD}
        answer = await self._client.post("/api/session", json=body)
        answer.raise_for_status()
        self.session = answer.cookies["alongside_session"]
        self._client.cookies.clear()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def invite(self, count: int) -> list[Invited]:
        """So many visitors, each with a conversation that the agent holds, so that the concierge keeps out of it."""
        invited = await asyncio.gather(*(self._one() for _ in range(count)))
        await self._accept([each.id for each in invited])
        return invited

    async def _one(self) -> Invited:
        async with self._slots:
            answer = await self._client.post("/api/widget/devices", json={"workspace": WORKSPACE})
            answer.raise_for_status()
            invited = Invited(answer.json()["token"], str(uuid4()))
            async with connect_as(self._url, invited.token) as socket:
                await command(socket, "start", conversation_id=invited.id)
            return invited

    async def _accept(self, conversations: Sequence[str]) -> None:
        async with connect_as(self._url, self.session) as socket:
            for conversation_id in conversations:
                await command(socket, "accept", conversation_id=conversation_id, entry_id=str(uuid4()))


class connect_as:  # noqa: N801 - reads as a verb
    """A welcomed socket of whoever this token belongs to."""

    def __init__(self, url: str, token: str) -> None:
        address = url.replace("http", "ws", 1) + "/socket"
        self._token = token
        self._opening = connect(address, subprotocols=[Subprotocol("alongside.v1")], compression=None)

    async def __aenter__(self) -> ClientConnection:
        self._socket = await self._opening.__aenter__()
        await say(self._socket, type="hello", protocol=1, token=self._token)
        await hear(self._socket, "welcome")
        return self._socket

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._opening.__aexit__(kind, error, trace)


async def say(socket: ClientConnection, **frame: Any) -> None:
    """Send a frame."""
    await socket.send(msgspec.json.encode(frame), text=True)


async def hear(socket: ClientConnection, wanted: str) -> dict[str, Any]:
    """The next frame of this type. RuntimeError for an error or a goodbye instead."""
    async with asyncio.timeout(30):
        while True:
            frame: dict[str, Any] = msgspec.json.decode(await socket.recv())
            if frame["type"] == wanted:
                return frame
            if frame["type"] in ("error", "bye"):
                raise RuntimeError(frame)


async def command(socket: ClientConnection, name: str, **data: Any) -> dict[str, Any]:
    """Have something done; gives what it answers."""
    await say(socket, type="command", id=name, name=name, data=data)
    done = await hear(socket, "done")
    return dict(done["data"] or {})
