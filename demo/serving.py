"""Runs Alongside as a child process and Luma's site beside it, and ends both together."""

import asyncio
import contextlib
import ctypes
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn

from alongside.kit.errors import Unavailable
from demo.luma.config import LumaConfig
from demo.luma.site import build_site

_START_SECONDS = 120
_STOP_SECONDS = 30
_LOG = "alongside.log"
_SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)


@asynccontextmanager
async def alongside(port: int, data: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Alongside's server at a port, once it serves; ended at the end. Raises Unavailable if it does not start."""
    with (data / _LOG).open("ab") as log:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "alongside", "serve", "--port", str(port), "--data", str(data)),
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
    try:
        await _ready(child, data / _LOG)
        yield child
    finally:
        await _end(child)


def _end_with_parent() -> None:
    """In the child, before it becomes the server: Linux ends it should we die without a word."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


async def _ready(child: asyncio.subprocess.Process, log: Path) -> None:
    assert child.stdout is not None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_START_SECONDS):
            async for line in child.stdout:
                if line.startswith(b"ready "):
                    return
    raise Unavailable(message="Alongside did not start.", hint=f"{log} says why: {_last_line(log)}")


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it is empty."


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is not None:
        return
    child.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()


class _Site(uvicorn.Server):
    """uvicorn without its own handling of signals: the demo ends everything in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


@asynccontextmanager
async def luma(listener: socket.socket, config: LumaConfig) -> AsyncIterator[asyncio.Task[None]]:
    """Luma's site on a listening socket; ended at the end."""
    server = _Site(
        uvicorn.Config(
            build_site(config), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="Luma's site")
    try:
        yield serving
    finally:
        server.should_exit = True
        await serving
