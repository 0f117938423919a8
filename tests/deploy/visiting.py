"""People who come through a proxy: each from an address of this machine's own network."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.deploy.installation import WORKSPACE
from tests.deploy.proxying import Proxy
from tests.faults.inviting import hear, say


class Visitor:
    """Somebody at `address`, say 127.0.0.7, who trusts the proxy's certificate. `headers` go with every request."""

    def __init__(self, proxy: Proxy, address: str, headers: Mapping[str, str] | None = None) -> None:
        self._proxy = proxy
        self._address = address
        self._headers = dict(headers or {})
        self._trusting = ssl.create_default_context(cafile=proxy.authority)

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        """For requests."""
        transport = httpx.AsyncHTTPTransport(verify=self._trusting, local_address=self._address)
        headers = {"Origin": self._proxy.url} | self._headers
        async with httpx.AsyncClient(
            transport=transport, base_url=self._proxy.url, headers=headers, timeout=30
        ) as client:
            yield client

    async def register(self) -> httpx.Response:
        """Ask for a device, as the widget does on its first page."""
        async with self.browser() as browser:
            return await browser.post("/api/widget/devices", json={"workspace": WORKSPACE})

    @asynccontextmanager
    async def socket(self, token: str) -> AsyncIterator[ClientConnection]:
        """A welcomed socket of this device. RuntimeError if it is turned away."""
        async with connect(
            f"wss://{self._proxy.url.removeprefix('https://')}/socket",
            ssl=self._trusting,
            subprotocols=[Subprotocol("alongside.v1")],
            additional_headers=self._headers,
            local_addr=(self._address, 0),
            compression=None,
        ) as socket:
            await say(socket, type="hello", protocol=1, token=token)
            await hear(socket, "welcome")
            yield socket


async def ended(socket: ClientConnection) -> dict[str, Any]:
    """The goodbye that a socket hears."""
    while True:
        frame: dict[str, Any] = msgspec.json.decode(await socket.recv())
        if frame["type"] == "bye":
            return frame
