"""Those who flood, each kind a process of its own: `python -m bench.flooding KIND PORT`, the people on standard input.

They are as rude as they can be: they read what is said to them and take no notice of it.
"""

import asyncio
import itertools
import json
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

from bench.wire import Frame, Wire, connected

ADDRESS = "127.0.9.1"
PACED = 18.0

Person = tuple[str, str]


class Flood:
    """`people`: token and conversation of each. Counts what the server says."""

    def __init__(self, port: int, people: list[Person]) -> None:
        self.port = port
        self.people = people
        self.said: Counter[str] = Counter()

    def hear(self, frame: Frame) -> None:
        """Count it, and whether it says when to come back."""
        told = " with retry_after" if frame.retry_after is not None else ""
        self.said[f"{frame.type} {frame.code}{told}".strip()] += 1

    async def connect(self, address: str, person: Person) -> Wire:
        """A socket of theirs."""
        self.said["connections"] += 1
        return await connected(self.port, address, person[0], self.hear)

    async def hammer(self, person: Person) -> None:
        """Send as fast as the socket takes it; when thrown out, come back at once."""
        while True:
            with suppress(OSError):
                wire = await self.connect(ADDRESS, person)
                while not wire.closed.is_set():
                    for _ in range(20):
                        send(wire, person)
                    await wire.writable.wait()
                    await asyncio.sleep(0)
            await asyncio.sleep(0.001)

    async def beside(self) -> None:
        """No flood at all, but the same work on the same cores: what the flooder's own process costs neighbours."""
        while True:
            for _ in range(20):
                json.dumps(
                    {"conversation_id": self.people[0][1], "entry_id": str(uuid4()), "text": "x" * 100}
                )
            await asyncio.sleep(0)

    async def one_socket(self) -> None:
        """One device over one socket."""
        await self.hammer(self.people[0])

    async def fifty_sockets(self) -> None:
        """The same over fifty."""
        await asyncio.gather(*(self.hammer(self.people[0]) for _ in range(50)))

    async def connections(self) -> None:
        """Connect, say nothing useful, leave; fifty at a time."""

        async def again_and_again() -> None:
            while True:
                with suppress(OSError):
                    wire = await self.connect(ADDRESS, ("dev_nobody", ""))
                    wire.cut()
                await asyncio.sleep(0.001)

        await asyncio.gather(*(again_and_again() for _ in range(50)))

    async def requests(self) -> None:
        """A device reads its longest page of entries as often as it can, over twenty connections."""
        token, conversation = self.people[0]
        request = (
            f"GET /api/widget/conversations/{conversation}/entries?limit=200 HTTP/1.1\r\nHost: bench\r\n"
            f"Authorization: Bearer {token}\r\n\r\n"
        ).encode()
        await asyncio.gather(*(self._request(request) for _ in range(20)))

    async def _request(self, request: bytes) -> None:
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", self.port, local_addr=(ADDRESS, 0)
                )
                while True:
                    writer.write(request)
                    head = (await reader.readuntil(b"\r\n\r\n")).lower()
                    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
                    await reader.readexactly(length)
                    told = " with retry_after" if b"retry-after" in head else ""
                    self.said[f"HTTP {head[9:12].decode()}{told}"] += 1

    async def workspace(self) -> None:
        """Everybody of a workspace at once, each just within what one may."""

        async def talk(number: int, person: Person) -> None:
            wire = await self.connect(f"127.0.{10 + number // 200}.{number % 200 + 1}", person)
            while True:
                send(wire, person)
                await asyncio.sleep(1 / PACED)

        await asyncio.gather(*itertools.starmap(talk, enumerate(self.people)))


def send(wire: Wire, person: Person) -> None:
    """One message."""
    data = {"conversation_id": person[1], "entry_id": str(uuid4()), "text": "x" * 100}
    wire.say(type="command", id=1, name="send", data=data)


KINDS: dict[str, Callable[[Flood], Awaitable[None]]] = {
    "beside": Flood.beside,
    "one_socket": Flood.one_socket,
    "fifty_sockets": Flood.fifty_sockets,
    "connections": Flood.connections,
    "requests": Flood.requests,
    "workspace": Flood.workspace,
}


async def flood(kind: str, port: int, people: list[Person]) -> None:
    """Flood until a line, or the end, comes on standard input; then say what was heard."""
    os.nice(10)  # as if it had a machine of its own: its work is not what neighbours shall feel
    flooding = Flood(port, people)
    task = asyncio.ensure_future(KINDS[kind](flooding))
    await asyncio.to_thread(sys.stdin.readline)
    task.cancel()
    print(json.dumps(flooding.said))


if __name__ == "__main__":
    asyncio.run(flood(sys.argv[1], int(sys.argv[2]), json.loads(sys.stdin.readline())))
