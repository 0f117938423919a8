"""A server as its owner starts it: a process over a data folder of its own, which can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

PASSWORD = "measure-what-you-claim"
EMAIL = "nora@luma.example"


class ServerProcess:
    """`alongside serve` on a free port, under these settings. `code`: what it showed for setting it up."""

    def __init__(self, data: Path, **environment: str) -> None:
        self._data = data
        self._environment = {"ALONGSIDE_LOG_LEVEL": "warning"} | environment
        self._port = _free_port()
        self._process: subprocess.Popen[str] | None = None
        self.code = ""

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self._data

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, and return once it serves."""
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "alongside",
                "serve",
                "--port",
                str(self._port),
                "--data",
                str(self._data),
            ],
            env=os.environ | self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "enter the code" in line:
                self.code = line.split()[-1]
            if line.startswith("ready "):
                return
        raise RuntimeError(f"the server ended with {self._process.wait()} before it was ready")

    def set_up(self) -> None:
        """Make the workspace `luma` and its administrator, as a new owner would."""
        workspace = {"workspace_name": "Luma", "workspace_slug": "luma", "code": self.code}
        body = workspace | {"name": "Nora", "email": EMAIL, "password": PASSWORD}
        httpx.post(f"{self.url}/api/setup", json=body, headers={"Origin": self.url}).raise_for_status()

    def kill(self) -> None:
        """kill -9, without a word."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as Ctrl-C would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
