"""Starting, asking, killing and clearing away after the server of holder.py."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from alongside.storage.embedded.places import ELSEWHERE

_HOLDER = Path(__file__).with_name("holder.py")
_ROOT = Path(__file__).parents[3]


class Holder:
    """A running holder.py."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.ready = self.hear()

    def hear(self) -> dict[str, Any]:
        """Its next line; {} when it has ended."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        return dict(json.loads(line)) if line else {}

    def store(self) -> int:
        """Have a number stored; gives it once it is durable."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.hear()["stored"])

    @property
    def postgres(self) -> psutil.Process:
        """Its postmaster."""
        return psutil.Process(self.ready["postgres"])

    def kill(self) -> None:
        """End it as the machine would: without a word."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@contextmanager
def holding(data: Path, *more: str, **options: Any) -> Iterator[Holder]:
    """Run a holder on a data folder for as long as this lasts."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(_ROOT / "src"), *sys.path])}
    python = options.pop("python", sys.executable)
    process = subprocess.Popen(
        [python, str(_HOLDER), str(data), *more],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, **options,
    )  # fmt: skip
    try:
        yield Holder(process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def clear_away(data: Path) -> None:
    """Take away a data folder, wherever its cluster is."""
    link = data / "postgres"
    if link.is_symlink() and ELSEWHERE in link.resolve().parents:
        shutil.rmtree(link.resolve().parent, ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)
