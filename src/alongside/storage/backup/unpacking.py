"""What lies at the place, laid out again: the cluster's files, its log, uploaded files."""

import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from alongside.kit.errors import NotFound, Unavailable
from alongside.storage.backup.archive import WAL
from alongside.storage.backup.copying import Progress
from alongside.storage.backup.filing import PREFIX
from alongside.storage.backup.manifest import Manifest, folder_of
from alongside.storage.backup.place import Place, flush
from alongside.storage.backup.segments import is_history, is_segment, not_before
from alongside.storage.embedded.account import Account

_CHUNK = 1024 * 1024
_NOTHING = bytes(64 * 1024)


def unpack_cluster(
    place: Place, backup: Manifest, cluster: Path, account: Account, progress: Progress
) -> None:
    """Lay out PostgreSQL's folder as it was copied, the log it needs included, for its user alone."""
    for name, below in (("base.tar.gz", cluster), ("pg_wal.tar.gz", cluster / "pg_wal")):
        _make(below, account)
        with place.open(folder_of(backup.backup_id) + name) as file:
            hashed = _Hashed(file)
            try:
                _unpack(hashed, below, account, progress, backup.size)
            except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise _damaged(backup) from error
            # What is damaged may also look like an archive that ends early.
            if hashed.to_the_end() != backup.parts[name].sha256:
                raise _damaged(backup)


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._file.read(size)
        self._digest.update(piece)
        return piece

    def to_the_end(self) -> str:
        """Read what nobody has read yet; gives the hash of everything."""
        while self.read(_CHUNK):
            pass
        return self._digest.hexdigest()


def _unpack(packed: _Hashed, target: Path, account: Account, progress: Progress, size: int) -> None:
    done = 0
    # Not "r|gz": pg_basebackup writes several gzip members one after the other.
    with (
        gzip.GzipFile(fileobj=packed) as unpacked,  # type: ignore[call-overload]  # it only reads
        tarfile.open(fileobj=unpacked, mode="r|") as archive,
    ):
        for member in archive:
            path = _inside(target, member.name)
            if member.isdir():
                _make(path, account)
            elif path.parent != target / "log" and (content := archive.extractfile(member)) is not None:
                _write(content, path, account)
            done += member.size
            progress("laying out the database", done, max(done, size))


def _damaged(backup: Manifest) -> Unavailable:
    return Unavailable(
        message=f"The backup {backup.backup_id} is damaged.",
        hint="`alongside backup verify` says where; take another with --backup.",
    )


def _inside(target: Path, name: str) -> Path:
    path = target / name
    if ".." in path.parts or not path.is_relative_to(target):
        raise Unavailable(message=f"The backup holds the name {name!r}, which leads out of the folder.")
    return path


def _make(folder: Path, account: Account) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    account.own(folder)


def _write(content: IO[bytes], path: Path, account: Account) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(content, file, _CHUNK)
    account.own(path, 0o600)


def fetch_log(place: Place, backup: Manifest, target: Path, account: Account, progress: Progress) -> int:
    """Fetch the archived log from the backup's beginning on, of every timeline; gives how many segments."""
    _make(target, account)
    names = [
        name.removeprefix(WAL).removesuffix(".gz")
        for name in sorted(place.things(WAL))
        if _is_needed(name.removeprefix(WAL).removesuffix(".gz"), backup)
    ]
    for done, name in enumerate(names, 1):
        with place.open(f"{WAL}{name}.gz") as packed, gzip.GzipFile(fileobj=packed) as content:
            _write_sparsely(content, target / name)
        account.own(target / name, 0o600)
        progress("fetching the log", done, len(names))
    return len(names)


def _is_needed(name: str, backup: Manifest) -> bool:
    return is_history(name) or (is_segment(name) and not_before(name, backup.first_segment))


def _write_sparsely(content: gzip.GzipFile, path: Path) -> None:
    """A segment that was finished by time is mostly zeros, which need no room on the disk."""
    with path.open("wb") as file:
        while piece := content.read(len(_NOTHING)):
            if piece == _NOTHING:
                file.seek(len(piece), os.SEEK_CUR)
            else:
                file.write(piece)
        file.truncate(file.tell())


def fetch_files(
    place: Place, wanted: Iterable[str], count: int, target: Path, progress: Progress
) -> list[str]:
    """Fetch uploaded files (`WORKSPACE/ab/HASH`) into the data folder; gives those that are not at the place."""
    missing = []
    for done, name in enumerate(wanted, 1):
        try:
            _fetch(place, name, target / name)
        except NotFound:
            missing.append(name)
        progress("fetching uploaded files", done, count)
    return missing


def _fetch(place: Place, name: str, path: Path) -> None:
    with place.open(PREFIX + name) as content:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file, _CHUNK)
    flush(path)
