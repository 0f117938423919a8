"""The server's patience with those who send slowly, much, or over many lines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from alongside.web import http_transport
from alongside.web.http_transport import http_protocol
from tests.fuzz.wire import connected

ASKED: list[int] = []


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body and answers how long it was."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message["body"]), message["more_body"]
    ASKED.append(length)
    body = str(length).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def served(per_address: int = 100, trusted: tuple[str, ...] = ()) -> AsyncIterator[int]:
    """The application behind our protocol; gives its port."""
    protocol = http_protocol(trusted, per_address)
    config = uvicorn.Config(application, port=0, http=protocol, lifespan="off", log_config=None)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    running = asyncio.create_task(server.main_loop())
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running
        await server.shutdown()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment is long."""
    monkeypatch.setattr(http_transport, "HEAD_SECONDS", 0.05)
    monkeypatch.setattr(http_transport, "BODY_SECONDS", 0.05)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "sent",
    [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"],
)
async def test_who_sends_too_slowly_is_told_so_and_the_line_ends(sent: bytes) -> None:
    async with served() as port, connected(port) as line:
        await line.send(sent)
        answer = await line.answer()
        assert (answer.status, answer.body["code"]) == (408, "too_slow")
        assert await line.end() == b""


@pytest.mark.usefixtures("impatient")
async def test_the_second_request_of_a_line_has_no_more_time_than_the_first() -> None:
    async with served() as port, connected(port) as line:
        await line.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await line.answer()).status == 200
        await line.send(b"GET / HT")
        assert (await line.answer()).status == 408


@pytest.mark.usefixtures("impatient")
async def test_a_slow_body_that_moves_is_taken() -> None:
    async with served() as port, connected(port) as line:
        await line.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20480\r\n\r\n")
        for _ in range(10):
            await line.send(b"x" * 2048)
            await asyncio.sleep(0.02)
        answer = await line.answer()
        assert (answer.status, answer.body) == (200, b"20480")


async def test_headers_without_end_are_cut_before_they_fill_the_memory() -> None:
    async with served() as port, connected(port) as line:
        await line.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 100_000)
        assert (await line.answer()).status == 431


async def test_one_address_holds_only_so_many_connections_and_gives_them_back() -> None:
    async with served(per_address=2) as port:
        async with connected(port), connected(port), connected(port) as third:
            answer = await third.answer()
            assert (answer.status, answer.body["code"]) == (429, "too_many")
            await third.end()
        async with asyncio.timeout(10):
            while await status(port) != 200:  # until the server has heard that they are gone
                pass


async def status(port: int) -> int:
    """What a request over a line of its own gets."""
    async with connected(port) as line:
        await line.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return (await line.answer()).status


@pytest.mark.parametrize("trusted", [("127.0.0.1",), ("127.0.0.0/8",)])
async def test_a_trusted_proxy_brings_as_many_as_it_likes(trusted: tuple[str, ...]) -> None:
    async with served(per_address=1, trusted=trusted) as port, connected(port), connected(port) as line:
        await line.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await line.answer()).status == 200
