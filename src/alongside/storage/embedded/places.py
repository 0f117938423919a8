"""Where the embedded database keeps what.

    HOME/postgres/   the cluster; only PostgreSQL's user gets in
    HOME/access/     who may connect: pg_hba.conf, pg_ident.conf; PostgreSQL may read, not change them
    HOME/socket/     the socket, unless its path would not do; then a private folder under /tmp
    HOME/spool/      finished segments of the log, on their way to where backups lie; only with `backup_to`
    HOME/startup.log what PostgreSQL said before its own log (HOME/postgres/log/) was open

HOME is the data folder. When the server is root and PostgreSQL's user cannot get into the data folder (it
lies under a private home), HOME is /var/lib/alongside/<hash of the path> and `DATA/postgres` a link to it.
"""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from alongside.storage.embedded.account import Account

ELSEWHERE = Path("/var/lib/alongside")
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET = 103  # bytes: macOS takes 104 with the final zero, Linux 108


@dataclass(frozen=True)
class Places:
    """The folders of one embedded database; made by `prepare`."""

    data: Path
    home: Path
    socket: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own folder."""
        return self.home / "postgres"

    @property
    def access(self) -> Path:
        """The folder with the rules of who may connect."""
        return self.home / "access"

    @property
    def spool(self) -> Path:
        """Where PostgreSQL puts finished segments of its log, when they are archived."""
        return self.home / "spool"

    def leave(self) -> None:
        """Take away the socket's folder, if it is one under /tmp."""
        if self.socket.parent != self.home:
            with suppress(OSError):
                self.socket.rmdir()

    @property
    def startup_log(self) -> Path:
        """What PostgreSQL said on standard error since its last start."""
        return self.home / "startup.log"


def prepare(data: Path, account: Account) -> Places:
    """Make the folders that are missing and choose those that depend on who PostgreSQL runs as."""
    data = make_data_dir(data, account.borrowed)
    home = _home(data, account)
    access = home / "access"
    access.mkdir(exist_ok=True)
    access.chmod(0o755 if account.borrowed else 0o700)
    return Places(data, home, _socket(home, account))


def make_data_dir(data: Path, passable: bool) -> Path:
    """The data folder, made if missing: private, or passable (not readable) where PostgreSQL is another user."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    data = data.resolve()
    if passable:
        data.chmod(stat.S_IMODE(data.stat().st_mode) | 0o011)
    return data


def _home(data: Path, account: Account) -> Path:
    cluster = data / "postgres"
    if cluster.is_symlink():
        return cluster.resolve().parent
    if not account.borrowed or account.reaches(data):
        return data
    return _home_elsewhere(data)


def _home_elsewhere(data: Path) -> Path:
    home = ELSEWHERE / _short_hash(data)
    home.mkdir(parents=True, exist_ok=True)
    ELSEWHERE.chmod(0o755)
    home.chmod(0o711)
    (data / "postgres").symlink_to(home / "postgres")
    return home


def _socket(home: Path, account: Account) -> Path:
    beside = home / "socket"
    if _fits(beside):
        beside.mkdir(exist_ok=True)
        account.own(beside)
        return beside
    return _short_folder(f"alongside-{account.uid}-{_short_hash(home)}", account)


def _short_folder(name: str, account: Account) -> Path:
    """A private folder with a short path. One that somebody else put there under our name is not used."""
    root = Path(tempfile.gettempdir())
    if not _fits(root / name) or (account.borrowed and not account.reaches(root)):
        root = Path("/tmp")
    folder = root / name
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not _is_private(folder, account):
            folder = Path(tempfile.mkdtemp(prefix="alongside-", dir=root))
    account.own(folder)
    return folder


def _fits(folder: Path) -> bool:
    """Short enough for the system, and without a comma: in a URL it begins another host."""
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET and "," not in str(folder)


def _is_private(folder: Path, account: Account) -> bool:
    found = folder.lstat()
    ours = found.st_uid in (account.uid, os.geteuid())
    return stat.S_ISDIR(found.st_mode) and ours and not found.st_mode & 0o077


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
