"""The socket over a real network: handshake, authentication, bad input, back-pressure, the end."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed, InvalidStatus

from alongside.realtime.following import Peer
from alongside.realtime.limits import Limits
from alongside.realtime.memory import MemoryBus
from alongside.realtime.revocations import Revocation
from alongside.realtime.sessions import Session
from alongside.web import socket_line
from alongside.web.socket_admission import ConnectionLimits
from alongside.web.socket_transport import Transport
from tests.realtime.world import WORKSPACE, MemoryJournal, Node, agent, person
from tests.web.socket_server import Served, serving


@pytest.fixture(params=["picows", "sansio"])
def transport(request: pytest.FixtureRequest) -> Transport:
    kind: Transport = request.param
    return kind


@pytest_asyncio.fixture
async def served(transport: Transport) -> AsyncIterator[Served]:
    async with serving(Node(MemoryJournal(), MemoryBus()), transport=transport) as served:
        yield served


async def test_a_token_in_hello_is_welcomed(served: Served) -> None:
    mara = person()
    async with served.open() as wire:
        await wire.say(type="hello", protocol=1, token=served.node.doorkeeper.let_in(mara), client="test/1")
        welcome = await wire.next()
    assert wire.raw.subprotocol == "alongside.v1"
    assert welcome["you"] == {"kind": "person", "id": str(mara.actor.id), "name": "Mara", "role": None}
    assert welcome["workspace"] == {"id": str(WORKSPACE), "slug": "luma", "name": "Luma Energy"}
    assert welcome["now"] == "2026-11-22T12:00:00Z"
    assert welcome["limits"]["frame_bytes"] == 65536


async def test_a_client_need_not_wait_for_the_welcome(served: Served) -> None:
    topic = served.node.journal.open()
    async with served.open() as wire:
        await wire.say(type="hello", protocol=1, token=served.node.doorkeeper.let_in(agent()))
        await wire.say(type="subscribe", id="s", topic=topic)
        assert [(await wire.next())["type"] for _ in range(2)] == ["welcome", "subscribed"]


async def test_a_wrong_token_is_told_so_and_closed(served: Served) -> None:
    async with served.open() as wire:
        await wire.say(type="hello", protocol=1, token="dev_wrong")
        await wire.say(type="subscribe", id="s", topic="desk")
        bye = await wire.next()
        assert (bye["type"], bye["code"]) == ("bye", "unauthenticated")
        assert "retry_after" not in bye
        assert await wire.closed() == 4401


async def test_a_cookie_counts_from_our_own_pages(served: Served) -> None:
    cookie = served.node.doorkeeper.let_in(agent())
    async with served.open(additional_headers={"Cookie": cookie}, origin=f"http://{served.address}") as wire:
        await wire.say(type="hello", protocol=1)
        assert (await wire.next())["type"] == "welcome"


@pytest.mark.parametrize("origin", ["https://evil.example", None])
async def test_a_cookie_from_another_site_does_not_count(served: Served, origin: str | None) -> None:
    cookie = served.node.doorkeeper.let_in(agent())
    async with served.open(additional_headers={"Cookie": cookie}, origin=origin) as wire:
        await wire.say(type="hello", protocol=1)
        assert (await wire.next())["code"] == "forbidden"
        assert await wire.closed() == 4403


async def test_a_client_without_our_subprotocol_is_refused(served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with served.open(subprotocols=["graphql-ws"]):
            pass
    assert refused.value.response.status_code == 400
    assert json.loads(refused.value.response.body)["code"] == "unsupported_protocol"
    async with served.open(subprotocols=None) as wire:
        await wire.say(type="hello", protocol=1, token=served.node.doorkeeper.let_in(agent()))
        assert (await wire.next())["type"] == "welcome"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("{", "malformed"),
        ("[]", "malformed"),
        ('{"type":"subscribe","id":"7"}', "malformed"),
        ('{"type":"dance","id":"7"}', "unknown_type"),
        ('{"type":"command","id":"7","name":"dance"}', "unknown_type"),
        ('{"type":"subscribe","id":"7","topic":"weather"}', "not_found"),
        ('{"type":"hello","protocol":1}', "malformed"),
        (b"\x00\x01", "malformed"),
        (json.dumps({"type": "command", "id": "7", "name": "x", "data": "ö" * 40_000}), "too_large"),
    ],
)
async def test_a_bad_frame_is_answered_and_the_connection_lives(
    served: Served, sent: str | bytes, code: str
) -> None:
    async with served.enter(agent()) as wire:
        await wire.raw.send(sent)
        error = await wire.next()
        assert (error["type"], error["code"]) == ("error", code)
        assert error["message"]
        assert error["hint"]
        assert error["id"] == ("7" if b'"7"' in (sent.encode() if isinstance(sent, str) else sent) else None)
        await wire.say(type="ping")
        assert await wire.next() == {"type": "pong"}


async def test_text_that_is_no_utf_8_ends_the_connection(served: Served) -> None:
    async with served.enter(agent()) as wire:
        await wire.raw.send(b"\xff\xfe", text=True)
        assert await wire.closed() == 1007


async def test_fragments_are_put_together(served: Served) -> None:
    async with served.enter(agent()) as wire:
        await wire.raw.send(['{"type":', '"ping"}'])
        assert (await wire.next())["type"] == "pong"


async def test_frames_of_every_length_arrive_whole(served: Served) -> None:
    topic = served.node.journal.open()
    async with served.enter(agent()) as wire:
        await wire.say(type="subscribe", id="s", topic=topic)
        await wire.next("subscribed")
        for size in (1, 40, 120, 1_000, 65_000, 70_000, 200_000):
            served.node.write(topic, "ü" * size)
            entries = await wire.next("entries")
            assert entries["entries"][0]["text"] == "ü" * size


async def test_an_unbearably_large_message_ends_the_connection(served: Served) -> None:
    async with served.enter(agent()) as wire:
        await wire.raw.send("x" * (1024 * 1024 + 1))
        assert await wire.closed() == 1009


async def test_who_says_no_hello_in_time_is_closed(served: Served) -> None:
    async with served.open() as wire:
        await wire.say(type="ping")
        assert (await wire.next())["code"] == "hello_expected"
        served.node.pass_time(11)
        assert (await wire.next())["code"] == "hello_expected"
        assert await wire.closed() == 4408


async def test_entries_arrive_over_the_network_in_order(served: Served) -> None:
    mara, ines = person(), agent()
    topic = served.node.journal.open(mara.actor)
    async with served.enter(mara) as customer, served.enter(ines) as colleague:
        for wire in (customer, colleague):
            await wire.say(type="subscribe", id="s", topic=topic)
            await wire.next("subscribed")
        for number in range(200):
            served.node.write(topic, str(number))
        for wire in (customer, colleague):
            texts = [(await wire.next("entries"))["entries"][0]["text"] for _ in range(200)]
            assert texts == [str(number) for number in range(200)]


async def test_a_revoked_session_is_closed_over_the_network(served: Served) -> None:
    ines = agent()
    async with served.enter(ines) as wire:
        served.node.hub.revoke(Revocation(workspace_id=WORKSPACE, session_id=ines.session_id))
        assert (await wire.next("bye"))["code"] == "unauthenticated"
        assert await wire.closed() == 4401


async def test_a_server_that_stops_says_goodbye_and_lets_go(transport: Transport) -> None:
    node = Node(MemoryJournal(), MemoryBus())
    async with serving(node, transport=transport) as served, served.enter(agent()) as wire:
        served.server.should_exit = True
        bye = await wire.next("bye")
        assert bye["code"] == "restarting"
        assert 0 <= bye["retry_after"] <= 0.5
        assert await wire.closed() == 1012
    assert node.hub.lobby.peers() == []


async def test_one_address_holds_only_so_many_connections(transport: Transport) -> None:
    limits = ConnectionLimits(per_address=2)
    async with serving(Node(MemoryJournal(), MemoryBus()), limits, transport) as served:
        async with served.enter(agent()), served.enter(agent()), served.open() as wire:
            bye = await wire.next()
            assert (bye["code"], bye["retry_after"]) == ("too_many", 30)
            assert await wire.closed() == 4429
        async with served.enter(agent()):
            pass


async def test_who_reads_nothing_is_cut_for_good_while_neighbours_read_on(
    monkeypatch: pytest.MonkeyPatch, transport: Transport
) -> None:
    monkeypatch.setattr(socket_line, "CLOSE_SECONDS", 0.1)
    node = Node(MemoryJournal(), MemoryBus(), Limits(outbox_bytes=300_000))
    topic = node.journal.open()
    async with serving(node, transport=transport) as served, served.enter(agent()) as quick:
        await quick.say(type="subscribe", id="s", topic=topic)
        await quick.next("subscribed")
        stalled = await asyncio.to_thread(stalled_reader, served, topic)
        await quick.next("event")  # the other one is here
        written = 0
        while len(node.hub.lobby.peers()) == 2:
            node.write(topic, "x" * 30_000)
            written += 1
            frame = await quick.next("entries")
            assert frame["upto"] == written
        node.write(topic, "the end")
        assert (await quick.next("entries"))["entries"][0]["text"] == "the end"
        await asyncio.to_thread(read_until_cut, stalled)


async def test_who_reads_late_gets_everything(transport: Transport) -> None:
    node = Node(MemoryJournal(), MemoryBus(), Limits(outbox_bytes=50_000_000))
    topic = node.journal.open()
    async with serving(node, transport=transport) as served, served.enter(agent(), max_queue=None) as wire:
        await wire.say(type="subscribe", id="s", topic=topic)
        await wire.next("subscribed")
        wire.raw.transport.pause_reading()
        (peer,) = node.hub.lobby.peers()
        written = 0
        while peer.outbox.bytes < 1_000_000:
            node.write(topic, "x" * 100_000)
            written += 1
            await asyncio.sleep(0)
        wire.raw.transport.resume_reading()
        assert [(await wire.next("entries"))["upto"] for _ in range(written)] == list(range(1, written + 1))
        assert peer.outbox.bytes == 0


def stalled_reader(served: Served, topic: str) -> socket.socket:
    """A raw client with a small buffer that subscribes and then reads no more."""
    token = served.node.doorkeeper.let_in(agent())
    host, port = served.address.split(":")
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(30)
    raw.connect((host, int(port)))
    raw.sendall(
        b"GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert b"101" in raw.recv(1000)
    for frame in (
        {"type": "hello", "protocol": 1, "token": token},
        {"type": "subscribe", "id": "s", "topic": topic},
    ):
        raw.sendall(masked(frame))
    return raw


def masked(frame: dict[str, Any]) -> bytes:
    """A client's text frame whose mask changes nothing."""
    data = json.dumps(frame).encode()
    size = bytes((0x80 | len(data),)) if len(data) < 126 else struct.pack("!BH", 0xFE, len(data))
    return b"\x81" + size + bytes(4) + data


def read_until_cut(stalled: socket.socket) -> None:
    """What is left in the buffers can be read, then the line is dead."""
    with stalled:
        try:
            while stalled.recv(65536):
                pass
        except ConnectionResetError:
            pass


async def test_a_lost_connection_is_forgotten(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = asyncio.Event()
    drop = served.node.hub.lobby.drop
    async with served.enter(agent()) as wire:

        def forget(peer: Peer) -> Session | None:
            forgotten.set()
            return drop(peer)

        monkeypatch.setattr(served.node.hub.lobby, "drop", forget)
        wire.raw.transport.abort()
        with pytest.raises(ConnectionClosed):
            await wire.raw.recv()
    async with asyncio.timeout(10):
        await forgotten.wait()
    assert served.node.hub.lobby.peers() == []
