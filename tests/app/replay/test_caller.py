"""A caller before a server that behaves as the test says."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from alongside.app.replay.caller import Caller, pace_of
from alongside.app.replay.failures import Refused
from alongside.app.replay.waits import Waits
from alongside.kit.ids import uuid7
from alongside.realtime import frames
from alongside.realtime.rates import TokenBucket

Frame = dict[str, Any]
Answer = Callable[["Scripted", Frame], Awaitable[None]]
TOPIC = "conversation:1"


class Scripted:
    """One connection of the scripted server; `number` counts them from 1."""

    def __init__(self, socket: ServerConnection, number: int) -> None:
        self._socket = socket
        self.number = number

    async def say(self, **frame: Any) -> None:
        """Send a frame."""
        await self._socket.send(msgspec.json.encode(frame), text=True)

    async def end(self) -> None:
        """Break the connection."""
        self._socket.transport.abort()


WELCOME = frames.Welcome(
    protocol=1,
    you=frames.You("person", id=uuid7(), name=None),
    workspace=frames.WorkspaceCard(id=uuid7(), slug="luma", name="Luma"),
    heartbeat_seconds=30,
    limits=frames.Allowances(65536, 200, 20, 60, 6),
    now="2026-11-22T12:00:00Z",
)


class World:
    """What a test has: the caller, what it hears, what the server was told after each hello, and the waits."""

    def __init__(self) -> None:
        self.heard: list[frames.AnyServerFrame] = []
        self.news = asyncio.Event()
        self.told: list[Frame] = []
        self.waits = Waits()
        self.connections = 0
        self.caller: Caller

    def hear(self, frame: frames.AnyServerFrame) -> None:
        """Note what is heard."""
        self.heard.append(frame)
        self.news.set()

    async def until_heard(self, kind: type[frames.ServerFrame], times: int) -> None:
        """Wait until so many frames of a kind were heard."""
        while sum(isinstance(frame, kind) for frame in self.heard) < times:
            self.news.clear()
            await self.news.wait()


@asynccontextmanager
async def calling(answer: Answer, patience: float = 20) -> AsyncIterator[World]:
    """A caller, and a server that answers each frame after the hello like this."""
    world = World()

    async def converse(socket: ServerConnection) -> None:
        world.connections += 1
        scripted = Scripted(socket, world.connections)
        hello = msgspec.json.decode(await socket.recv())
        assert (hello["type"], hello["token"]) == ("hello", "dev_1")
        await socket.send(frames.encode(WELCOME), text=True)
        async for text in socket:
            world.told.append(msgspec.json.decode(text))
            await answer(scripted, world.told[-1])

    async with serve(converse, "127.0.0.1", 0, subprotocols=[Subprotocol("alongside.v1")]) as server:
        port = server.sockets[0].getsockname()[1]
        world.caller = Caller(f"http://127.0.0.1:{port}", "dev_1", world.waits, patience, world.hear)
        async with world.caller:
            yield world


async def test_what_was_done_is_given() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        await line.say(type="done", id=frame["id"], data={"seq": 7})

    async with calling(answer) as world:
        assert await world.caller.command("send", {"entry_id": "1"}) == {"seq": 7}
    assert world.told == [{"type": "command", "id": 1, "name": "send", "data": {"entry_id": "1"}}]
    assert world.caller.losses == 0


async def test_a_command_without_an_answer_is_repeated_with_the_same_ids_on_the_next_connection() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        if line.number < 3:
            await line.end()
        else:
            await line.say(type="done", id=frame["id"], data=line.number)

    async with calling(answer) as world:
        assert await world.caller.command("send", {"entry_id": "1"}) == 3
    assert [frame["data"] for frame in world.told] == [{"entry_id": "1"}] * 3
    assert world.caller.losses == 2


async def test_too_many_is_repeated_after_the_wait_that_was_told() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        if len(line_told) < 2:
            line_told.append(frame)
            await line.say(
                type="error", id=frame["id"], code="too_many", message="", hint="", retry_after=0.01
            )
        else:
            await line.say(type="done", id=frame["id"], data="at last")

    line_told: list[Frame] = []
    async with calling(answer) as world:
        assert await world.caller.command("send", {"entry_id": "1"}) == "at last"
    assert world.connections == 1
    assert world.waits.seconds["sockets"] > 0


def test_the_pace_stays_below_what_the_server_allows() -> None:
    pace = pace_of(WELCOME.limits)
    assert [pace.take(0) for _ in range(54)] == [0] * 54
    assert pace.take(0) == pytest.approx(1 / 18)


async def test_a_command_waits_for_its_pace() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        await line.say(type="done", id=frame["id"], data=None)

    async with calling(answer, patience=1) as world:
        await world.caller.ready()
        world.caller._pace = TokenBucket(rate=50, burst=1, now=time.monotonic() + 3600)
        await world.caller.command("send", {})
        with pytest.raises(Refused, match="gave_up"):
            await world.caller.command("send", {})
    assert len(world.told) == 1
    assert world.waits.seconds["sockets"] > 0


async def test_a_goodbye_with_a_time_is_followed_by_coming_back() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        if line.number == 1:
            await line.say(type="bye", code="restarting", message="", retry_after=0.01)
        else:
            await line.say(type="done", id=frame["id"], data="again")

    async with calling(answer) as world:
        assert await world.caller.command("send", {}) == "again"
    assert world.waits.seconds["sockets"] > 0


async def test_a_goodbye_without_a_time_is_for_good() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        await line.say(type="bye", code="unauthenticated", message="Who are you?")

    async with calling(answer) as world:
        for _ in range(2):
            with pytest.raises(Refused, match="unauthenticated"):
                await world.caller.command("send", {})
    assert world.connections == 1


async def test_a_refusal_is_not_repeated() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        await line.say(type="error", id=frame["id"], code="invalid", message="No.", hint="")

    async with calling(answer) as world:
        with pytest.raises(Refused, match="invalid"):
            await world.caller.command("send", {})
    assert len(world.told) == 1


async def test_the_servers_own_mistakes_are_repeated_a_few_times_only() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        await line.say(type="error", id=frame["id"], code="internal", message="Oh.", hint="")

    async with calling(answer) as world:
        with pytest.raises(Refused, match="internal"):
            await world.caller.command("send", {})
    assert len(world.told) == 3


async def test_a_topic_is_followed_again_from_where_it_broke_off() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        if frame["type"] == "subscribe":
            place = {"topic": TOPIC, "after": frame["after"], "upto": 3, "entries": []}
            await line.say(type="subscribed", id=frame["id"], state={}, **place)
            await line.say(type="entries", **(place | {"after": 3, "upto": 4}))
        elif line.number == 1:
            await line.end()
        else:
            await line.say(type="done", id=frame["id"], data="there again")

    async with calling(answer) as world:
        await world.caller.follow(TOPIC, 0)
        await world.until_heard(frames.Entries, 1)
        assert await world.caller.command("send", {}) == "there again"
        await world.until_heard(frames.Entries, 2)
    assert [frame["after"] for frame in world.told if frame["type"] == "subscribe"] == [0, 4]


async def test_frames_of_an_unknown_kind_are_ignored() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        await line.say(type="firework", colour="green")
        await line.say(type="event", topic=TOPIC, name="typing", data={})
        await line.say(type="done", id=frame["id"], data="fine")

    async with calling(answer) as world:
        assert await world.caller.command("send", {}) == "fine"
    assert [type(frame) for frame in world.heard] == [frames.Event]


async def test_what_is_never_answered_is_given_up() -> None:
    async def answer(line: Scripted, frame: Frame) -> None:
        pass

    async with calling(answer, patience=0.05) as world:
        with pytest.raises(Refused, match="gave_up"):
            await world.caller.command("send", {})


async def test_an_address_without_the_socket_is_refused_for_good() -> None:
    async with serve(_never, "127.0.0.1", 0, process_request=_not_found) as server:
        port = server.sockets[0].getsockname()[1]
        caller = Caller(f"http://127.0.0.1:{port}", "dev_1", Waits(), 20, lambda frame: None)
        async with caller:
            with pytest.raises(Refused, match="404"):
                await caller.ready()


async def _never(socket: ServerConnection) -> None:
    raise AssertionError


def _not_found(socket: ServerConnection, request: Any) -> Any:
    return socket.respond(404, "nothing here")
