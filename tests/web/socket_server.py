"""A real server on a free port, around a node of the small world, and real clients for it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from alongside.realtime.sessions import Session
from alongside.web.socket import SocketEndpoint
from alongside.web.socket_admission import ConnectionLimits
from alongside.web.socket_transport import UVICORN_OPTIONS, Transport, socket_protocol
from tests.realtime.world import Node


class Served:
    """A node that listens."""

    def __init__(self, node: Node, server: uvicorn.Server) -> None:
        self.node = node
        self.server = server

    @property
    def address(self) -> str:
        """Host and port."""
        host, port = self.server.servers[0].sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    @asynccontextmanager
    async def open(self, **options: Any) -> AsyncIterator["Wire"]:
        """A connection that has said nothing yet."""
        url = f"ws://{self.address}/socket"
        async with connect(url, compression=None, **{"subprotocols": ["alongside.v1"], **options}) as raw:
            yield Wire(raw)

    @asynccontextmanager
    async def enter(self, session: Session, **options: Any) -> AsyncIterator["Wire"]:
        """A connection that is welcome."""
        async with self.open(**options) as wire:
            token = self.node.doorkeeper.let_in(session)
            await wire.say(type="hello", protocol=1, token=token)
            await wire.next("welcome")
            yield wire


class Wire:
    """A client's side of a socket."""

    def __init__(self, raw: ClientConnection) -> None:
        self.raw = raw

    async def say(self, **frame: Any) -> None:
        """Send a frame."""
        await self.raw.send(json.dumps(frame))

    async def next(self, kind: str | None = None) -> dict[str, Any]:
        """The next frame, or the next of a type."""
        async with asyncio.timeout(10):
            while True:
                frame: dict[str, Any] = json.loads(await self.raw.recv())
                if kind in (None, frame["type"]):
                    return frame

    async def closed(self) -> int:
        """Wait for the end; gives the close number."""
        async with asyncio.timeout(10):
            with suppress(ConnectionClosedError):
                async for _ in self.raw:
                    pass
            await self.raw.wait_closed()
        return self.raw.close_code or 0


@asynccontextmanager
async def serving(
    node: Node, limits: ConnectionLimits | None = None, transport: Transport = "picows", **options: Any
) -> AsyncIterator[Served]:
    """The node, served until the end of the block."""
    endpoint = SocketEndpoint(node.entrance, limits=limits)
    config = uvicorn.Config(
        endpoint,
        port=0,
        ws=socket_protocol(endpoint, transport, options.pop("trusted_proxies", ())),
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=5,
        **{**UVICORN_OPTIONS, **options},
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    running = asyncio.create_task(_run(server))
    try:
        yield Served(node, server)
    finally:
        server.should_exit = True
        await running


async def _run(server: uvicorn.Server) -> None:
    await server.main_loop()
    await server.shutdown()
