"""A line between two programs that does what it is told: carry, delay, crawl, hold back, swallow, or break."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, cast

Mode = Literal["carry", "hold", "swallow", "freeze"]
Reach = Callable[[Callable[[], asyncio.Protocol]], Awaitable[asyncio.BaseTransport]]
_LOOKED_AT = 65_536


class End(asyncio.Protocol):
    """One of the two ends of a crossing."""

    def __init__(self, crossing: "Crossing") -> None:
        self.transport: asyncio.Transport | None = None
        self.other: End | None = None
        self._crossing = crossing
        self._due = 0.0
        self._pending = 0
        self._held: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line stands."""
        self.transport = cast(asyncio.Transport, transport)
        self._crossing.met(self)

    def data_received(self, data: bytes) -> None:
        """Bytes for the other end."""
        self._crossing.carry(self, data)

    def eof_received(self) -> bool:
        """This end says no more."""
        self._crossing.end()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """This end is gone, so the other has to go."""
        self._crossing.end()

    def pause_writing(self) -> None:
        """Who reads here is slow: read no more from the other."""
        if self.other and self.other.transport and not self.other.transport.is_closing():
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        """They have caught up."""
        if self.other and self.other.transport and not self.other.transport.is_closing():
            self.other.transport.resume_reading()

    def write(self, data: bytes, delay: float, rate: float) -> None:
        """Give it to who reads here, after so many seconds, at so many bytes a second (0: at once)."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._due = max(now + delay, self._due) + (len(data) / rate if rate else 0.0)
        if self._due <= now and not self._pending:
            self._put(data)
            return
        self._pending += 1
        loop.call_at(self._due, self._put_late, data)

    def _put_late(self, data: bytes) -> None:
        self._pending -= 1
        self._put(data)

    def _put(self, data: bytes) -> None:
        if self.transport and not self.transport.is_closing():
            self.transport.write(data)

    def hold(self, data: bytes) -> None:
        """Keep it for later, as a network does that will come back."""
        self._held.append(data)

    def let_go(self) -> None:
        """Hand out what was held."""
        held, self._held = self._held, []
        for data in held:
            self._put(data)

    def read_no_more(self) -> None:
        """Take nothing from who writes here."""
        if self.transport and not self.transport.is_closing():
            self.transport.pause_reading()

    def close(self) -> None:
        """Write what is left, then close."""
        if self.transport and not self.transport.is_closing():
            self.transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self.transport:
            self.transport.abort()


class Crossing:
    """One connection through the proxy. `listens`: its client has asked PostgreSQL for notifications. `harmed`:
    bytes of it were swallowed."""

    def __init__(self, proxy: "Proxy") -> None:
        self.mode: Mode = proxy.mode
        self.listens = False
        self.harmed = False
        self.half_closed = False
        self.near, self.far = End(self), End(self)
        self.near.other, self.far.other = self.far, self.near
        self._proxy = proxy
        self._early: list[bytes] | None = []
        self._connecting: asyncio.Task[None] | None = None

    @property
    def near_port(self) -> int:
        """The port from which somebody connected."""
        name = self.near.transport.get_extra_info("peername") if self.near.transport else None
        return int(name[1]) if name else 0

    @property
    def reached(self) -> int:
        """The port of the program that this leads to; 0 as long as there is none."""
        name = self.far.transport.get_extra_info("peername") if self.far.transport else None
        return int(name[1]) if name else 0

    def met(self, end: End) -> None:
        """An end stands: if it is who called, call whom it wants."""
        if end is self.near:
            self._proxy.crossings.add(self)
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        try:
            await self._proxy.reach(lambda: self.far)
        except OSError:
            self.cut()
            return
        early, self._early = self._early or [], None
        for data in early:
            self._pass(self.far, data)

    def carry(self, source: End, data: bytes) -> None:
        """Bytes from one end for the other, as the weather allows."""
        if source is self.near and b"LISTEN " in data[:_LOOKED_AT]:
            self.listens = True
        if source is self.near and self._early is not None:
            self._early.append(data)
        else:
            assert source.other is not None
            self._pass(source.other, data)

    def _pass(self, to: End, data: bytes) -> None:
        if self.mode == "carry":
            if (
                self.harmed
            ):  # bytes of it are missing: the other side knows nothing of this connection any more
                self.cut()
            else:
                to.write(data, self._proxy.delay, self._proxy.rate)
        elif self.mode in ("hold", "freeze"):
            to.hold(data)
        else:
            self.harmed = True

    def change(self, mode: Mode) -> None:
        """Other weather. What was held is handed out when it clears up."""
        self.mode = mode
        if mode == "freeze":  # reads no more either: what is sent here piles up with who sends it
            self.near.read_no_more()
            self.far.read_no_more()
        if mode == "carry":
            self.near.let_go()
            self.far.let_go()
            if self.half_closed:
                self.end()

    def end(self) -> None:
        """One end has closed. In bad weather the other does not learn of it."""
        self.half_closed = True
        if self.mode == "carry":
            self._proxy.crossings.discard(self)
            if self._connecting:
                self._connecting.cancel()
            self.near.close()
            self.far.close()

    def cut(self) -> None:
        """Both ends see the connection break."""
        self._proxy.crossings.discard(self)
        if self._connecting and self._connecting is not asyncio.current_task():
            self._connecting.cancel()
        self.near.abort()
        self.far.abort()


class Proxy:
    """Listens on `port` and carries each connection to `target` (a port of this machine), or to whom `reach` finds.

    `delay` seconds and `rate` bytes a second (0: any) hold for all connections, `mode` for new ones."""

    def __init__(self, target: int = 0, reach: Reach | None = None) -> None:
        self.target = target
        self.mode: Mode = "carry"
        self.delay = 0.0
        self.rate = 0.0
        self.refusing = False
        self.port = 0
        self.crossings: set[Crossing] = set()
        self.reach = reach or self._reach_target
        self._server: asyncio.Server | None = None

    async def _reach_target(self, end: Callable[[], asyncio.Protocol]) -> asyncio.BaseTransport:
        if self.refusing:
            raise ConnectionRefusedError
        transport, _ = await asyncio.get_running_loop().create_connection(end, "127.0.0.1", self.target)
        return transport

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Crossing(self).near, "127.0.0.1", self.port, backlog=4096
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Carry nothing any more."""
        if self._server:
            self._server.close()
        self.cut()

    def cut(self, which: Callable[[Crossing], bool] = lambda _: True) -> int:
        """Break connections; gives how many."""
        chosen = [crossing for crossing in self.crossings if which(crossing)]
        for crossing in chosen:
            crossing.cut()
        return len(chosen)

    def become(self, mode: Mode, which: Callable[[Crossing], bool] = lambda _: True) -> int:
        """Other weather for connections that stand; gives how many."""
        chosen = [crossing for crossing in self.crossings if which(crossing)]
        for crossing in chosen:
            crossing.change(mode)
        return len(chosen)

    def go_dark(self) -> None:
        """Nothing comes through any more, and nobody is told."""
        self.mode = "swallow"
        self.become("swallow")

    def light_up(self) -> None:
        """Carry again. Who has lost bytes is cut with the next that it sends, as by a router that forgot it."""
        self.mode = "carry"
        self.become("carry")
