"""What picows would do differently from uvicorn's own protocol, were it not for us."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from alongside.realtime.memory import MemoryBus
from alongside.web.socket_admission import ConnectionLimits
from tests.realtime.world import MemoryJournal, Node, agent
from tests.web.socket_server import Served, serving


@pytest_asyncio.fixture
async def served() -> AsyncIterator[Served]:
    async with serving(Node(MemoryJournal(), MemoryBus()), trusted_proxies=["127.0.0.1"]) as served:
        yield served


async def shake_hands(served: Served, path: str = "/socket", **headers: str) -> bytes:
    """Send a handshake byte by byte as given; gives the answer's head."""
    host, _, port = served.address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    wanted = {
        "Host": "x",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
    } | headers
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in wanted.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return head


@pytest.mark.parametrize("connection", ["keep-alive, Upgrade", "upgrade", "Keep-Alive,UPGRADE"])
async def test_every_way_to_ask_for_the_upgrade_is_understood(served: Served, connection: str) -> None:
    head = await shake_hands(served, Connection=connection)
    assert head.startswith(b"HTTP/1.1 101 ")


async def test_another_path_goes_uvicorns_own_way(served: Served) -> None:
    head = await shake_hands(served, path="/socket/elsewhere")
    assert b"server: uvicorn" in head


@pytest.mark.parametrize("key", ["", "short", "\xff" * 16])
async def test_a_wrong_key_is_refused(served: Served, key: str) -> None:
    head = await shake_hands(served, **{"Sec-WebSocket-Key": key})
    assert head.startswith(b"HTTP/1.1 400 ")


async def test_a_trusted_proxy_tells_the_address() -> None:
    limits = ConnectionLimits(per_address=1)
    node = Node(MemoryJournal(), MemoryBus())
    async with serving(node, limits, trusted_proxies=["127.0.0.1"]) as served:
        for address in ("203.0.113.7", "203.0.113.8"):
            async with served.enter(agent(), additional_headers={"X-Forwarded-For": address}):
                pass
        first = {"additional_headers": {"X-Forwarded-For": "203.0.113.7"}}
        async with served.enter(agent(), **first), served.open(**first) as second:
            assert (await second.next())["code"] == "too_many"


async def test_who_is_not_trusted_tells_nothing() -> None:
    limits = ConnectionLimits(per_address=1)
    node = Node(MemoryJournal(), MemoryBus())
    async with serving(node, limits) as served:
        headers = {"X-Forwarded-For": "203.0.113.7"}
        async with served.enter(agent()), served.open(additional_headers=headers) as second:
            assert (await second.next())["code"] == "too_many"


async def test_pings_are_answered(served: Served) -> None:
    async with served.enter(agent()) as wire:
        async with asyncio.timeout(10):
            await (await wire.raw.ping(b"still there?"))


async def test_the_peers_close_is_answered_with_its_number(served: Served) -> None:
    async with served.enter(agent()) as wire:
        await wire.raw.close(4000, "enough")
        assert wire.raw.close_code == 4000
