"""What stands before several servers: gives each new connection to one that says that it is ready."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from contextlib import closing, suppress

from tests.faults.node import Node
from tests.faults.proxy import Proxy

_EVERY = 0.2
_ANSWER_SECONDS = 2.0


class Balancer:
    """Asks every node's `/ready` all the time, and passes connections on in turn."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.proxy = Proxy(reach=self._reach)
        self._nodes = nodes
        self._ready: dict[int, bool] = {}
        self._turn = itertools.count()
        self._asking: list[asyncio.Task[None]] = []

    @property
    def url(self) -> str:
        """Where people connect."""
        return f"http://127.0.0.1:{self.proxy.port}"

    async def start(self) -> None:
        """Begin to ask and to listen."""
        await self.proxy.start()
        self._asking = [asyncio.create_task(self._keep_asking(node.port)) for node in self._nodes]

    async def stop(self) -> None:
        """End both."""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        await self.proxy.stop()

    def rebalance(self) -> None:
        """Cut connections of those who have more than their share, as by a drain; they come back in turn."""
        share = -(-len(self.proxy.crossings) // len(self._nodes))
        for node in self._nodes:
            theirs = [crossing for crossing in self.proxy.crossings if crossing.reached == node.port]
            for crossing in theirs[share:]:
                crossing.cut()

    async def _keep_asking(self, port: int) -> None:
        while True:
            self._ready[port] = await is_ready(port)
            await asyncio.sleep(_EVERY)

    async def _reach(self, end: Callable[[], asyncio.Protocol]) -> asyncio.BaseTransport:
        for port in self._in_turn():
            with suppress(OSError):
                loop = asyncio.get_running_loop()
                transport, _ = await loop.create_connection(end, "127.0.0.1", port)
                return transport
        raise ConnectionRefusedError

    def _in_turn(self) -> list[int]:
        """Ready ones first, each call beginning with the next; the others as a last resort."""
        ports = [node.port for node in self._nodes]
        first = next(self._turn) % len(ports)
        turned = ports[first:] + ports[:first]
        return sorted(turned, key=lambda port: not self._ready.get(port, True))


async def is_ready(port: int) -> bool:
    """Whether a server answers 200 at `/ready`."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with closing(writer):
                writer.write(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return b" 200 " in await reader.readline()
    except (OSError, TimeoutError):
        return False
