"""A copy of a running PostgreSQL, made by its own pg_basebackup: consistent, with the log that it needs."""

import os
import re
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from alongside.kit.errors import Conflict, Misconfigured, Unavailable
from alongside.kit.settings import Settings
from alongside.storage.embedded import find_binaries
from alongside.storage.embedded.account import Account, own_name
from alongside.storage.embedded.binaries import Binaries
from alongside.storage.embedded.cluster import BACKUP, environment
from alongside.storage.embedded.server import running_places

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is: bytes, files or segments."""
_DONE = re.compile(r"(\d+)/(\d+) kB")


@dataclass
class Source:
    """A running embedded database, as it is copied: its data folder, its cluster, the folder of its socket."""

    data: Path
    cluster: Path
    socket: Path
    binaries: Binaries
    stopped: bool = field(default=False, init=False)
    _child: "subprocess.Popen[str] | None" = field(default=None, init=False)

    @property
    def system(self) -> str:
        """PostgreSQL's identifier of this database: the first eight bytes of its control file."""
        with (self.cluster / "global" / "pg_control").open("rb") as file:
            return str(int.from_bytes(file.read(8), "little"))

    @property
    def size(self) -> int:
        """Bytes of the cluster, its log left out."""
        return sum(
            _size(Path(place, name))
            for place, _, names in os.walk(self.cluster)
            if not Path(place).is_relative_to(self.cluster / "pg_wal")
            for name in names
        )

    def copy(self, target: Path, label: str, progress: Progress, *, gently: bool) -> None:
        """Write base.tar.gz, pg_wal.tar.gz and backup_manifest into a folder. `gently`: let PostgreSQL spread its
        checkpoint over minutes. Raises Unavailable with PostgreSQL's words, Conflict when stopped."""
        self._child = subprocess.Popen(
            self._command(target, label, gently=gently),
            stderr=subprocess.PIPE,
            text=True,
            env=environment() | {"PGCONNECT_TIMEOUT": "10"},
            start_new_session=True,
        )
        with self._child as child:
            if self.stopped:
                _end(child)
            said = _follow(child, progress)
        if self.stopped:
            raise Conflict("stopped", "The backup was stopped.", "It is begun again at the next start.")
        if child.returncode != 0:
            raise Unavailable(message=f"The database could not be copied: {' / '.join(said[-3:])}.")

    def _command(self, target: Path, label: str, *, gently: bool) -> list[str]:
        program = self.binaries.folder / "pg_basebackup"
        if not program.exists():
            raise Misconfigured(
                message=f"There is no pg_basebackup in {self.binaries.folder}.",
                hint="Install your system's package of PostgreSQL's client programs.",
            )
        ourselves = Account(own_name(), os.geteuid(), os.getegid())
        return ourselves.command(
            program,
            f"--host={self.socket}", f"--username={BACKUP}", "--no-password", f"--pgdata={target}",
            "--format=tar", "--wal-method=stream", "--compress=client-gzip:1", f"--label={label}",
            f"--checkpoint={'spread' if gently else 'fast'}", "--progress", "--manifest-checksums=SHA256",
        )  # fmt: skip

    def stop(self) -> None:
        """End a copy that is being made, from another thread."""
        self.stopped = True
        if self._child:
            _end(self._child)


def _end(child: "subprocess.Popen[str]") -> None:
    """With its whole session: pg_basebackup forks who receives the log, and does not take it along."""
    if child.poll() is not None:
        return
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)


def end_leftovers(drafts: str) -> None:
    """End copies into folders whose path begins so: of a backup that was killed, who receives the log lives on."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if "pg_basebackup" in process.name() and any(
                word.startswith(f"--pgdata={drafts}") for word in process.cmdline()
            ):
                process.kill()


def running_source(settings: Settings) -> Source:
    """The embedded database that runs on the settings' data folder, whichever process of ours started it.

    Raises Unavailable when none runs."""
    cluster, socket = running_places(settings.data_dir)
    return Source(settings.data_dir, cluster, socket, find_binaries(settings.postgres_binaries))


def _follow(child: "subprocess.Popen[str]", progress: Progress) -> list[str]:
    """Tell of its progress until it ends; gives what else it said."""
    said: list[str] = []
    assert child.stderr is not None
    for line in child.stderr:
        if done := _DONE.search(line):
            progress("copying the database", int(done[1]) * 1024, int(done[2]) * 1024)
        elif line.strip():
            said.append(line.strip())
    return said


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # dropped a moment ago
        return 0
