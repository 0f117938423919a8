"""A disk so small that it can be filled."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAY_MOUNT = os.geteuid() == 0


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A file system of this size at this folder; in memory, so that nothing else is short of space."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def filled(folder: Path, leave: int) -> Iterator[None]:
    """Nothing left but so many bytes, until the end of the block."""
    ballast = folder / "ballast"
    space = os.statvfs(folder)
    size = space.f_bavail * space.f_frsize - leave
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)
    try:
        yield
    finally:
        ballast.unlink()
