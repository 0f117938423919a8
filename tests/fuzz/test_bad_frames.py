"""Frames that are wrong, over real sockets: a clear error or a close code each, and never a line in the log."""

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from alongside.realtime.codes import CODES
from tests.faults.inviting import say
from tests.fuzz.stage import Somebody, Stage

# 1005 and 1006 are what a client calls the end of a line that was closed without a number, or not at all.
CLOSES = {known.close for known in CODES.values() if known.close != 1011} | {
    1000,
    1002,
    1005,
    1006,
    1007,
    1009,
}
SAID = {"error", "bye", "pong", "done", "subscribed", "unsubscribed", "event", "entries"}
ID = str(uuid4())
SEND = {"conversation_id": ID, "entry_id": ID}


def command(name: str, **data: Any) -> str:
    """A command's frame, whatever is in it."""
    return json.dumps({"type": "command", "id": "x", "name": name, "data": data})


def subscribe(topic: object, after: int | None = None) -> str:
    """A subscription's frame."""
    return json.dumps({"type": "subscribe", "id": "x", "topic": topic, "after": after})


FRAMES: list[tuple[str, str, str]] = [
    ("NUL in a text", command("send", **SEND, text="a\0b"), "invalid"),
    ("a lone surrogate", command("send", **SEND, text="\ud800"), "malformed"),
    ("a text too long", command("send", **SEND, text="x" * 10_001), "invalid"),
    ("nothing to say", command("send", **SEND, text=" \u200b".strip("\u200b")), "invalid"),
    ("no UUID", command("send", conversation_id="1", entry_id="2", text="x"), "invalid"),
    ("an array for a text", command("send", **SEND, text=["x"]), "invalid"),
    ("too many files", command("send", **SEND, files=[ID] * 21), "invalid"),
    ("nobody's conversation", command("send", **SEND, text="x"), "not_found"),
    ("an agent's deed", command("note", **SEND, text="x"), "forbidden"),
    ("an address that is none", command("page", url="javascript:alert(1)"), "invalid"),
    ("NUL in an address", command("page", url="https://luma.example/\0"), "invalid"),
    ("a huge number", command("read", conversation_id=ID, seq=0).replace(": 0", ": " + "9" * 4000), "invalid"),
    ("a number beyond the database", command("read", conversation_id=ID, seq=2**63), "invalid"),
    ("the largest number", command("read", conversation_id=ID, seq=2**63 - 1), "not_found"),
    ("deep data", '{"type":"command","id":"x","name":"send","data":' + "[" * 20_000 + "]" * 20_000 + "}", "malformed"),
    ("a name with NUL", command("\0"), "unknown_type"),
    ("a topic with NUL", '{"type":"subscribe","id":"x","topic":"conversation:\\u0000"}', "not_found"),
    ("a topic in capitals", subscribe(f"conversation:{ID.upper()}"), "not_found"),
    ("a number for a topic", subscribe(7), "malformed"),
    ("after beyond all", subscribe(f"conversation:{ID}", 2**70), "malformed"),
    ("after beyond the journal", subscribe(f"conversation:{ID}", 2**63 - 1), "not_found"),
    ("double keys", '{"type":"ping","type":"fly","id":"x"}', "unknown_type"),
    ("a byte order mark", "\ufeff" + '{"type":"ping"}', "malformed"),
    ("too large", command("send", **SEND, text="x" * 70_000), "too_large"),
]  # fmt: skip


@asynccontextmanager
async def greeted(stage: Stage, who: Somebody) -> AsyncIterator[ClientConnection]:
    """A socket of theirs that is welcome."""
    url = stage.url.replace("http", "ws", 1) + "/socket"
    async with connect(url, subprotocols=[Subprotocol("alongside.v1")], compression=None) as socket:
        await say(socket, type="hello", protocol=1, token=stage.tokens[who])
        assert json.loads(await socket.recv())["type"] == "welcome"
        yield socket


@pytest.mark.parametrize(("name", "frame", "code"), FRAMES, ids=[name for name, *_ in FRAMES])
async def test_a_frame_that_cannot_be_used_is_refused_in_words(
    stage: Stage, name: str, frame: str, code: str
) -> None:
    async with greeted(stage, "visitor") as socket:
        await socket.send(frame)
        error = json.loads(await socket.recv())
        assert (name, error["type"], error.get("code")) == (name, "error", code), error
        assert error["message"]
        assert error["hint"]
        await say(socket, type="ping")
        assert json.loads(await socket.recv()) == {"type": "pong"}


async def test_whatever_bytes_come_the_server_stays_clear_and_well(
    stage: Stage, pytestconfig: pytest.Config
) -> None:
    chance = random.Random(pytestconfig.getoption("--fuzz-seed"))
    for _ in range(60 * pytestconfig.getoption("--fuzz")):
        await one_rude_client(stage, chance)
    async with greeted(stage, "visitor") as socket:
        await say(socket, type="ping")
        assert json.loads(await socket.recv()) == {"type": "pong"}
    assert "socket_request_failed" not in stage.node.log
    assert "Traceback" not in stage.node.log


async def one_rude_client(stage: Stage, chance: random.Random) -> None:
    """Frames that were mutilated, one after the other, and bytes that are none."""
    async with greeted(stage, chance.choice(["visitor", "agent"])) as socket:
        with suppress(ConnectionClosed):
            for _ in range(12):
                await socket.send(mutilated(chance), text=chance.random() < 0.9)
            socket.transport.write(bytes(chance.randrange(256) for _ in range(chance.randrange(1, 60))))
            socket.transport.write(b"\x88\x80\0\0\0\0")
            async for data in socket:
                frame = json.loads(data)
                assert frame["type"] in SAID
                assert frame.get("code", "invalid") in CODES
        assert socket.close_code in CLOSES


PIECES = [b"\0", b"\xff", b'"', b"{", b"\\ud800", b"1e999", b"null", b"[" * 999]


def mutilated(chance: random.Random) -> bytes:
    """One of the known frames, with pieces of it changed, left out, doubled or put elsewhere."""
    known = [frame for _, frame, _ in FRAMES if len(frame) < 3000]
    data = bytearray(chance.choice(known).encode("utf-8", "surrogatepass"))
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(data)) if data else 0
        match chance.randrange(4):
            case 0:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[place : place + chance.randrange(1, 9)]
            case 2:
                data[place:place] = chance.choice(PIECES)
            case _:
                data += data[place : place + 40]
    return bytes(data)


async def test_the_largest_numbers_do_no_harm_where_there_is_a_conversation(stage: Stage) -> None:
    own = stage.ids["conversation_id"][0]
    async with greeted(stage, "visitor") as socket:
        await socket.send(subscribe(f"conversation:{own}", 2**63 - 1))
        assert json.loads(await socket.recv())["type"] == "subscribed"
        await say(
            socket, type="command", id="r", name="read", data={"conversation_id": own, "seq": 2**63 - 1}
        )
        async for data in socket:
            frame = json.loads(data)
            assert frame.get("code") != "internal"
            if frame.get("id") == "r":
                break
