"""What an earlier start left behind: a postmaster.pid, perhaps with a PostgreSQL that still runs.

Called only while the data folder is held (single_start.py), so no other server can be using it.
"""

import asyncio
import signal
from dataclasses import dataclass
from pathlib import Path

import psutil

from alongside.kit.errors import Conflict
from alongside.kit.logs import logger
from alongside.storage.embedded.places import SOCKET_NAME, Places

log = logger(__name__)
PID_FILE = "postmaster.pid"


@dataclass(frozen=True)
class Postmaster:
    """What postmaster.pid says: the process, the folder of its socket and how far it is ('ready')."""

    pid: int
    socket: str
    status: str


def read_postmaster(cluster: Path) -> Postmaster | None:
    """The running or once running postmaster of a cluster; None without a readable file."""
    try:
        lines = (cluster / PID_FILE).read_text("utf-8", "replace").splitlines()
        lines += [""] * (8 - len(lines))
        return Postmaster(int(lines[0]), lines[4], lines[7].strip())
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
        return None


def is_ours(pid: int, cluster: Path) -> bool:
    """Whether a process is the PostgreSQL of this cluster, and not one that got its number since."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and str(cluster) in process.cmdline()
    except psutil.Error:
        return False


async def clear(places: Places) -> None:
    """Wait for, or stop, what still runs on the cluster, and take away lock files that mean nobody."""
    found = read_postmaster(places.cluster)
    if found and is_ours(found.pid, places.cluster):
        await _stop(found.pid, places.cluster)
    if found is None or psutil.pid_exists(found.pid):  # nonsense, a stranger, or a body that nobody buried
        (places.cluster / PID_FILE).unlink(missing_ok=True)
    (places.socket / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


async def _stop(pid: int, cluster: Path) -> None:
    log.warning("the database of an earlier start still runs; stopping it", pid=pid)
    for how, seconds in ((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
        if await _ended(pid, cluster, how, seconds):
            return
    raise Conflict(
        "already_running",
        f"PostgreSQL (process {pid}) still uses {cluster} and does not stop.",
        f"End it: kill {pid}",
    )


async def _ended(pid: int, cluster: Path, how: signal.Signals, seconds: int) -> bool:
    try:
        psutil.Process(pid).send_signal(how)
    except psutil.NoSuchProcess:
        return True
    for _ in range(seconds * 50):
        if not is_ours(pid, cluster):
            return True
        await asyncio.sleep(0.02)
    return False
