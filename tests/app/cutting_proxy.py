"""A line between a client and the server that breaks at the worst moment: done, but not yet told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

ACKNOWLEDGEMENT = b'"type":"done"'


class CuttingProxy:
    """Cuts a connection instead of passing on an acknowledgement, the first `cuts` times."""

    def __init__(self, url: str, cuts: int) -> None:
        self._host, self._port = urlsplit(url).hostname, urlsplit(url).port
        self._left = cuts
        self.url = ""
        self.cut = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end or to its cut."""
        server_reader, server_writer = await asyncio.open_connection(self._host, self._port)
        up = asyncio.create_task(_pass(reader, server_writer))
        down = asyncio.create_task(self._pass_until_cut(server_reader, writer))
        await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        for task in (up, down):
            task.cancel()
        for end in (writer, server_writer):
            end.transport.abort()

    async def _pass_until_cut(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if ACKNOWLEDGEMENT in data and self._left > 0:
                self._left -= 1
                self.cut += 1
                return
            writer.write(data)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)


@asynccontextmanager
async def cutting(url: str, cuts: int) -> AsyncIterator[CuttingProxy]:
    """A proxy before the server at `url`, on a free port."""
    proxy = CuttingProxy(url, cuts)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield proxy
