"""A crowd of clients in a process of its own (`crowd.c`), told when to come, to go and to count."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.programs import say
from bench.seeding import Customer


class Crowd:
    """The clients of one run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, command: str) -> dict[str, Any]:
        """`connect`, `cut` or `count`; gives what came of it: `in`, `seconds`, `entries`, `gaps`, `retries`, `lost`,
        `ms` (of those who are in, from setting out to `subscribed`)."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the crowd ended with {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def gathered(build: Path, port: int, customers: Sequence[Customer], at_once: int = 0) -> Iterator[Crowd]:
    """A crowd of these customers that is not connected yet; `at_once` may be on their way in at a time, 0: all."""
    sessions = build / "crowd-sessions"
    sessions.write_text("".join(f"{each.line}\n" for each in customers))
    process = subprocess.Popen(
        [build / "crowd", str(port), sessions, str(at_once)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Crowd(process)
        _, _ = process.communicate(timeout=30)
        if process.returncode:
            say(f"bench: the crowd ended with {process.returncode}")
    finally:
        process.kill()
        process.wait()
