"""One server as an operator starts it: a process that can be killed, told to end, and started again."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from alongside.storage.embedded import launch
from tests.faults.cluster import free_port

# Whoever runs the tests may have settings of their own.
_OURS = {name: value for name, value in os.environ.items() if not name.startswith("ALONGSIDE_")}
_PATIENCE = 90


class Node:
    """`alongside serve` on a port that stays the same. It ends with us. `code`: what it showed for setting it up."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.code = ""
        self._folder = folder
        self._environment = {**_OURS, "ALONGSIDE_LOG_LEVEL": "warning", **environment}
        self._process: asyncio.subprocess.Process | None = None
        self._draining: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether its process has not ended."""
        return self._process is not None and self._process.returncode is None

    @property
    def log(self) -> str:
        """What it said on standard error so far, in all its runs."""
        return (self._folder / "server.log").read_text("utf-8", "replace")

    async def start(self) -> None:
        """Start it, and return once it serves. RuntimeError with its last words if it ends before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(), stdout=asyncio.subprocess.PIPE, stderr=log, env=self._environment
            )
        async with asyncio.timeout(_PATIENCE):
            await self._until_ready(self._process)

    def _command(self) -> list[str]:
        ends_with_us = [sys.executable, "-I", "-S", launch.__file__, str(os.geteuid()), str(os.getegid())]
        serve = [sys.executable, "-m", "alongside", "serve", "--port", str(self.port)]
        return [*ends_with_us, str(os.getpid()), *serve, "--data", str(self._folder)]

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := (await process.stdout.readline()).decode():
            if "enter the code" in line:
                self.code = line.split()[-1]
            if line.startswith("ready "):
                return
        raise RuntimeError(f"a server ended with {await process.wait()}: {self.log[-2000:]}")

    async def kill(self) -> None:
        """kill -9, without a word."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, as before an upgrade; returns when it has ended."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(how)
        assert process.stdout is not None
        async with asyncio.timeout(_PATIENCE):
            await process.stdout.read()
            await process.wait()
