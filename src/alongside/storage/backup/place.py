"""Where backups lie: a folder, or a bucket. What was put is durable, and is there whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, Protocol

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import ObjectStore, from_url

from alongside.kit.errors import Misconfigured, NotFound, Unavailable
from alongside.kit.settings import Settings
from alongside.storage.files.opening import bucket

_DRAFT = ".draft-"
_PATIENCE = 3600.0  # seconds for one answer: a base backup comes in one piece


@dataclass(frozen=True)
class Thing:
    """Something at a place: its size in bytes, and since when it is there."""

    size: int
    since: datetime


class Place(Protocol):
    """A folder or a bucket. Names are paths with `/`; all methods block, and raise Unavailable when it is away."""

    name: str

    def things(self, prefix: str) -> dict[str, Thing]:
        """Everything whose name begins with this folder (`wal/`), by its whole name."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is something of this whole name."""
        ...

    def put(self, name: str, source: Path) -> None:
        """Copy a file there; what had this name is replaced."""
        ...

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Read it from its beginning. Raises NotFound."""
        ...

    def remove(self, names: Iterable[str]) -> None:
        """Take things away; not there is fine."""
        ...

    def free(self) -> int | None:
        """Free bytes; None where nobody can say."""
        ...


def open_place(settings: Settings, named: str = "") -> Place:
    """The place that is named, or the setting's, or else the folder `backups` of the data folder.

    Raises Misconfigured for a URL that cannot be used. A folder is made when something is put there."""
    wanted = named or settings.backup_to
    if "://" not in wanted:
        return Folder(Path(wanted).expanduser().absolute() if wanted else settings.data_dir / "backups")
    try:
        if wanted.startswith("s3://"):
            return Bucket(bucket(settings.model_copy(update={"files_timeout": _PATIENCE}), wanted), wanted)
        return Bucket(from_url(wanted), wanted)
    except (BaseError, ValueError) as error:
        raise Misconfigured(
            message=f"The place for backups cannot be used: {type(error).__name__}.",
            hint="Name a folder or s3://bucket/prefix in ALONGSIDE_BACKUP_TO.",
        ) from error


class Folder:
    """A folder of this machine, or one mounted on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = str(folder)

    def things(self, prefix: str) -> dict[str, Thing]:
        """As of the protocol."""
        return {path.relative_to(self.folder).as_posix(): _thing(path) for path in self._below(prefix)}

    def _below(self, prefix: str) -> Iterator[Path]:
        for place, _, names in os.walk(self.folder / prefix):
            yield from (Path(place, name) for name in names if not name.startswith(_DRAFT))

    def has(self, name: str) -> bool:
        """As of the protocol."""
        return (self.folder / name).exists()

    def put(self, name: str, source: Path) -> None:
        """As of the protocol: under another name first, on the disk, then renamed."""
        target = self.folder / name
        draft = target.with_name(f"{_DRAFT}{secrets.token_hex(6)}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(source, draft)
            flush(draft)
            draft.replace(target)
            flush(target.parent)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise _away(self.name, error) from error

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """As of the protocol."""
        try:
            return (self.folder / name).open("rb")
        except FileNotFoundError:
            raise _missing(name) from None
        except OSError as error:
            raise _away(self.name, error) from error

    def remove(self, names: Iterable[str]) -> None:
        """As of the protocol; folders that are empty then go too."""
        for name in names:
            path = self.folder / name
            path.unlink(missing_ok=True)
            with suppress(OSError):
                path.parent.rmdir()

    def free(self) -> int | None:
        """As of the protocol."""
        there = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
        return shutil.disk_usage(there).free


class Bucket:
    """A bucket of S3, or of whatever else obstore has a URL for."""

    def __init__(self, store: ObjectStore, name: str) -> None:
        self._store = store
        self.name = name

    def things(self, prefix: str) -> dict[str, Thing]:
        """As of the protocol."""
        try:
            found = [meta for page in obstore.list(self._store, prefix) for meta in page]
        except (BaseError, OSError) as error:
            raise _away(self.name, error) from error
        return {meta["path"]: Thing(meta["size"], meta["last_modified"]) for meta in found}

    def has(self, name: str) -> bool:
        """As of the protocol."""
        try:
            obstore.head(self._store, name)
        except (NotFoundError, FileNotFoundError):
            return False
        except (BaseError, OSError) as error:
            raise _away(self.name, error) from error
        return True

    def put(self, name: str, source: Path) -> None:
        """As of the protocol: a bucket shows nothing before it has all."""
        try:
            obstore.put(self._store, name, source)
        except (BaseError, OSError) as error:
            raise _away(self.name, error) from error

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """As of the protocol."""
        try:
            found = obstore.get(self._store, name)
        except (NotFoundError, FileNotFoundError):
            raise _missing(name) from None
        except (BaseError, OSError) as error:
            raise _away(self.name, error) from error
        return closing(BufferedReader(_Pieces(iter(found.stream())), 1024 * 1024))

    def remove(self, names: Iterable[str]) -> None:
        """As of the protocol."""
        for name in names:
            with suppress(NotFoundError, FileNotFoundError):
                obstore.delete(self._store, name)

    def free(self) -> int | None:
        """As of the protocol."""
        return None


class _Pieces(RawIOBase):
    """Pieces that come one after the other, as a file to read."""

    def __init__(self, pieces: Iterator[Any]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill what fits."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = bytes(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def flush(path: Path) -> None:
    """A file or a folder's names: on the disk, and not only in the kernel's memory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _thing(path: Path) -> Thing:
    stat = path.stat()
    return Thing(stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))


def _missing(name: str) -> NotFound:
    return NotFound(message=f"{name} is not at the place for backups.")


def _away(name: str, error: BaseException) -> Unavailable:
    why = getattr(error, "strerror", None) or type(error).__name__
    return Unavailable(message=f"The place for backups {name} cannot be used: {why}.", hint="Try again.")
