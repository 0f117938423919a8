"""The two addresses and the folder of a demo, each taken by one demo at a time."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alongside.kit.errors import Conflict, Misconfigured

HOST = "127.0.0.1"
_OF_ANOTHER_INSTALLATION = (
    "DATABASE_URL", "ALONGSIDE_DATABASE_URL", "ALONGSIDE_MIGRATION_URL", "ALONGSIDE_CONFIG", "ALONGSIDE_HOST",
    "ALONGSIDE_PORT", "ALONGSIDE_PUBLIC_URL", "ALONGSIDE_DATA_DIR", "ALONGSIDE_SECRET_KEY", "ALONGSIDE_FILES_URL",
)  # fmt: skip


def forget_other_installations() -> None:
    """Settings in the environment that mean another installation's data mean nothing to the demo."""
    for name in _OF_ANOTHER_INSTALLATION:
        os.environ.pop(name, None)


def address(port: int) -> str:
    """The origin at a port."""
    return f"http://{HOST}:{port}"


def take_port(port: int) -> socket.socket:
    """A socket that listens at a port. Raises Misconfigured if something else does."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
        taken.listen()
    except (OSError, OverflowError) as error:
        taken.close()
        raise Misconfigured(
            message=f"Port {port} cannot be used: {error}.",
            hint="The demo needs a port and the next one; choose another with --port.",
        ) from error
    return taken


@contextmanager
def only_demo(data: Path) -> Iterator[None]:
    """Hold the folder for this demo. Raises Conflict if another demo runs on it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                message=f"Another demo runs on {data}.", hint="End it, or choose another folder with --data."
            ) from None
        yield
