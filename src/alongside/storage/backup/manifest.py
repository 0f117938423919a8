"""What a backup says of itself; and which ones there are."""

import re
from datetime import datetime
from typing import Literal

import msgspec

from alongside.kit.errors import Misconfigured, NotFound
from alongside.storage.backup.place import Place

FORMAT = 1
_ID = re.compile(r"\d{8}T\d{6}Z")
_MANIFEST = re.compile(r"backups/(\d{8}T\d{6}Z)/manifest\.json")


class Part(msgspec.Struct, frozen=True):
    """One file of a backup: bytes, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


class Files(msgspec.Struct, frozen=True):
    """The uploaded files. `within`: at the place of the backup; `elsewhere`: in a bucket of their own, which has to
    be backed up by its own means."""

    where: Literal["within", "elsewhere"]
    count: int
    size: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A whole backup. `system` is PostgreSQL's identifier of the database, `wal_start` and `wal_stop` its positions;
    `continuous`: the log after `wal_stop` is archived, so that any later moment can be restored.

    `key`: whether the installation's key is within; `key_mark` tells keys apart and does not tell the key."""

    format: int
    backup_id: str
    version: str
    postgres: int
    system: str
    timeline: int
    began_at: datetime
    ended_at: datetime
    wal_start: str
    wal_stop: str
    first_segment: str
    continuous: bool
    files: Files
    key: Literal["within", "absent"]
    key_mark: str
    parts: dict[str, Part]

    @property
    def size(self) -> int:
        """Bytes of its own parts; the files and the log are shared."""
        return sum(part.size for part in self.parts.values())


def folder_of(backup_id: str) -> str:
    """Where the parts of a backup are, at its place."""
    return f"backups/{backup_id}/"


def all_backups(place: Place) -> list[Manifest]:
    """Every whole backup, the oldest first."""
    found = sorted(
        match[1] for name in place.things("backups/") if (match := _MANIFEST.fullmatch(name)) is not None
    )
    return [read(place, backup_id) for backup_id in found]


def read(place: Place, backup_id: str) -> Manifest:
    """One backup by its id. Raises NotFound, and Misconfigured for one that this version cannot read."""
    if not _ID.fullmatch(backup_id):
        raise NotFound(message=f"{backup_id} is no backup.", hint="`alongside backup list` lists them all.")
    with place.open(folder_of(backup_id) + "manifest.json") as file:
        content = file.read()
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise _unreadable(backup_id) from error
    if manifest.format != FORMAT:
        raise _unreadable(backup_id)
    return manifest


def _unreadable(backup_id: str) -> Misconfigured:
    return Misconfigured(
        message=f"The manifest of backup {backup_id} cannot be read.",
        hint="It was damaged, or made by a newer Alongside: use that version.",
    )
