"""As whom PostgreSQL runs. It refuses to run as root, so root gives it a user of its own."""

import os
import pwd
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from alongside.kit.errors import Misconfigured

DEDICATED = "alongside-postgres"
_LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Account:
    """The operating system user that PostgreSQL runs as."""

    name: str
    uid: int
    gid: int

    @property
    def borrowed(self) -> bool:
        """Whether it is another than ours: we are root and it is not."""
        return self.uid != os.geteuid()

    def command(self, program: Path, *arguments: str) -> list[str]:
        """The command line that runs a program as this user and ends it with us."""
        launch = [sys.executable, "-I", "-S", str(_LAUNCH)]
        return [*launch, str(self.uid), str(self.gid), str(os.getpid()), str(program), *arguments]

    def reaches(self, path: Path) -> bool:
        """Whether this user can get to a folder or run a program there."""
        asked = self.command(Path("/bin/sh"), "-c", 'test -x "$1"', "sh", str(path))
        return subprocess.run(asked, stderr=subprocess.DEVNULL, check=False).returncode == 0

    def own(self, path: Path, mode: int = 0o700) -> None:
        """Give a file or folder to this user."""
        if self.borrowed:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
        path.chmod(mode)


def own_name() -> str:
    """The name of the user that this server runs as; PostgreSQL tells who connects by it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise Misconfigured(
            message=f"The user id {os.geteuid()} has no name on this system, and the embedded database needs one.",
            hint="Add it to /etc/passwd, run as another user, or name a database of your own with DATABASE_URL.",
        ) from None


def account_for_postgres() -> Account:
    """Ourselves; for root the user `alongside-postgres`, made when needed, or else an existing `postgres`."""
    if os.geteuid() != 0:
        return _named(own_name())
    for name in (DEDICATED, _made(DEDICATED), "postgres"):
        if _exists(name):
            return _named(name)
    raise Misconfigured(
        message="PostgreSQL does not run as root, and no user for it could be made.",
        hint=f"Run `useradd --system {DEDICATED}`, start Alongside as an ordinary user, or set DATABASE_URL.",
    )


def _named(name: str) -> Account:
    entry = pwd.getpwnam(name)
    return Account(name, entry.pw_uid, entry.pw_gid)


def _exists(name: str) -> bool:
    try:
        return pwd.getpwnam(name).pw_uid != 0
    except KeyError:
        return False


def _made(name: str) -> str:
    """Make a system user without password, home or shell. Another start may be making it too: look again."""
    for attempt in range(5):
        command = _making(name)
        if not command or subprocess.run(command, capture_output=True, check=False).returncode == 0:
            break
        time.sleep(0.1 * attempt)
        if _exists(name):
            break
    return name


def _making(name: str) -> list[str]:
    nowhere = "/nonexistent"
    if tool := shutil.which("useradd"):
        return [tool, "--system", "--user-group", "--no-create-home", "--home-dir", nowhere,
                "--shell", "/usr/sbin/nologin", name]  # fmt: skip
    if tool := shutil.which("adduser"):
        return [tool, "-S", "-D", "-H", "-h", nowhere, "-s", "/sbin/nologin", name]
    return []
