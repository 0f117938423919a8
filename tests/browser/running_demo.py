"""The demo as a newcomer starts it, on ports of its own; it can be killed and started again."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from bench.machine import command_of, family

ROOT = Path(__file__).parents[2]
READY_SECONDS = 120


class RunningDemo:
    """`python -m demo` over a data folder. `alongside` and `luma` are the two origins."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._port = _two_free_ports()
        self._process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    @property
    def alongside(self) -> str:
        """Where Alongside answers."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def luma(self) -> str:
        """Where Luma's site answers: the next port, another origin."""
        return f"http://127.0.0.1:{self._port + 1}"

    def start(self) -> None:
        """Start it and return once it serves."""
        command = [sys.executable, "-m", "demo", "--port", str(self._port), "--data", str(self._data)]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env=os.environ | {"ALONGSIDE_LOG_LEVEL": "warning"},
        )
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(self._process, ready), daemon=True).start()
        deadline = time.monotonic() + READY_SECONDS
        while not ready.wait(0.1):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the demo did not get ready:\n" + "".join(self.said[-40:]))

    def _listen(self, process: "subprocess.Popen[str]", ready: threading.Event) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.said.append(line)
                if re.match(r"ready http://", line):
                    ready.set()

    def kill_server(self) -> None:
        """kill -9 of Alongside's server, while people write; the demo around it notices and ends."""
        assert self._process is not None
        for pid in family(self._process.pid):
            if " serve " in command_of(pid):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(60)

    def stop(self) -> None:
        """End it as Ctrl-C would."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)


def _two_free_ports() -> int:
    """A free port whose next one is free too, below those that the system gives to outgoing connections: nobody
    takes it while the demo is down."""
    for _ in range(100):
        port = random.randrange(18_000, 30_000, 2)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise RuntimeError("there are no two free ports in a row")
