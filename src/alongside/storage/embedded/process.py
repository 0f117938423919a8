"""The running PostgreSQL: started as a direct child, seen to be ready, stopped cleanly."""

import asyncio
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

from alongside.kit.errors import Misconfigured
from alongside.kit.logs import logger
from alongside.storage.embedded.account import Account
from alongside.storage.embedded.binaries import Binaries
from alongside.storage.embedded.cluster import environment
from alongside.storage.embedded.leftover import read_postmaster
from alongside.storage.embedded.places import Places

log = logger(__name__)
_STILL_IN_USE = "shared memory block"


class PostgresProcess:
    """One run of PostgreSQL."""

    def __init__(self, process: subprocess.Popen[bytes], places: Places) -> None:
        self._process = process
        self._places = places
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        # A daemon: it must not keep a server alive that ends without having stopped its database.
        threading.Thread(target=_tell_end, args=(process, self._ended), daemon=True).start()

    @classmethod
    async def start(
        cls, binaries: Binaries, places: Places, account: Account, arguments: list[str]
    ) -> "PostgresProcess":
        """Start it and wait until it takes connections, however long it repairs itself after a crash.

        Retries for a minute while processes of an earlier, killed run still let go of its memory.
        Raises Misconfigured with PostgreSQL's own words when it ends instead."""
        give_up = time.monotonic() + 60
        while True:
            run = cls(_spawn(account.command(binaries.postgres, *arguments), places.startup_log), places)
            try:
                if await run._is_ready():
                    return run
            except BaseException:
                await run.stop()
                raise
            if _STILL_IN_USE not in run.last_words() or time.monotonic() > give_up:
                raise run._failure()
            await asyncio.sleep(0.2)

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        return self._process.pid

    async def _is_ready(self) -> bool:
        """True when it says 'ready' in its pid file, False when it ended."""
        told = time.monotonic()
        while not self._ended.done():
            found = read_postmaster(self._places.cluster)
            if found and found.pid == self.pid and found.status == "ready":
                return True
            if time.monotonic() - told > 10:
                told = time.monotonic()
                log.info("the database is repairing itself after a crash; this can take minutes")
            await asyncio.sleep(0.01)
        return False

    def last_words(self) -> str:
        """The end of what it said before its log was open, and of its newest log file."""
        files = [self._places.startup_log, *self._places.cluster.glob("log/*.log")]
        newest = sorted((path for path in files if path.exists()), key=lambda path: path.stat().st_mtime)[-2:]
        return "\n".join(_tail(path) for path in newest)

    def _failure(self) -> Misconfigured:
        return Misconfigured(
            message="The embedded database does not start: "
            + " / ".join(self.last_words().splitlines()[-6:]),
            hint=f"Its log is in {self._places.cluster / 'log'}; `alongside doctor` looks for common causes.",
        )

    async def ended(self) -> int:
        """Wait for its end, whatever the cause; gives its exit code."""
        return await asyncio.shield(self._ended)

    async def stop(self) -> None:
        """End it: clients are cut, what is open is rolled back, everything is written. Harsher if it will not."""
        for how, seconds in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
            self._send(how)
            done, _ = await asyncio.wait({self._ended}, timeout=seconds)
            if done:
                return

    def _send(self, how: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.send_signal(how)


def _spawn(command: list[str], startup_log: Path) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C in the terminal is for the server, which stops its database last."""
    descriptor = os.open(startup_log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            env=environment(),
            start_new_session=True,
        )
    finally:
        os.close(descriptor)


def _tell_end(process: subprocess.Popen[bytes], ended: asyncio.Future[int]) -> None:
    code = process.wait()
    with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
        ended.get_loop().call_soon_threadsafe(ended.set_result, code)


def _tail(path: Path, size: int = 4096) -> str:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - size))
        return file.read().decode("utf-8", "replace")
