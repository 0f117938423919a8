"""One server for one data folder: a lock that the kernel takes back when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alongside.kit.errors import Conflict

LOCK_NAME = "alongside.lock"


@contextmanager
def only_one(data: Path, name: str = LOCK_NAME, doing: str = "already runs Alongside on") -> Iterator[None]:
    """Hold the data folder. Raises Conflict, naming the process that holds it and what it does with it."""
    descriptor = os.open(data / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, data, doing)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, data: Path, doing: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
        raise Conflict(
            "already_running",
            f"Process {holder} {doing} {data}.",
            f"Stop it (kill {holder}), or give this one another data folder with --data.",
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
