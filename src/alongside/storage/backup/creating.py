"""Makes a base backup: into a draft first, shown as a backup only when everything is there and on the disk."""

import gzip
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

import alongside
from alongside.kit.errors import Conflict, Unavailable
from alongside.kit.secrets import KEY_FILE, SecretBox, load_keys
from alongside.kit.settings import Settings, revealed
from alongside.storage.backup import filing
from alongside.storage.backup.copying import Progress, Source, end_leftovers
from alongside.storage.backup.manifest import FORMAT, Files, Manifest, Part, all_backups, folder_of
from alongside.storage.backup.place import Place
from alongside.storage.backup.segments import segment_of
from alongside.storage.embedded.archiving import can_archive
from alongside.storage.embedded.single_start import only_one

_DRAFT, _LOCK, _DOING = "backup-draft-", "backup.lock", "already makes a backup of"
_SPARE = 512 * 1024**2
"""Bytes that have to stay free on every disk that a backup is written to."""


def create(
    settings: Settings, place: Place, source: Source, progress: Progress, *, gently: bool = False
) -> Manifest:
    """Make one backup of a running embedded database and of the uploaded files; blocks, for minutes.

    Raises Conflict while another is being made on this data folder, Unavailable when there is too little room or
    the place is away. Nothing is left behind then that looks like a backup."""
    if any(backup.system != source.system for backup in all_backups(place)):
        raise Conflict(
            "foreign_place",
            f"{place.name} holds backups of another installation.",
            "Give each installation a place of its own.",
        )
    with only_one(source.data, _LOCK, _DOING):
        return _create(settings, place, source, progress, gently)


def _create(settings: Settings, place: Place, source: Source, progress: Progress, gently: bool) -> Manifest:
    began = datetime.now(UTC)
    backup_id = began.strftime("%Y%m%dT%H%M%SZ")
    with _draft(source.data) as draft:
        _require_room(place, draft, source.size)
        source.copy(draft, backup_id, progress, gently=gently)
        # After the database: a row is written when its file is stored, so every row of the copy finds its file.
        files = _send_files(settings, place, source, draft, progress)
        key, key_mark = _key(settings, draft)
        manifest = Manifest(
            format=FORMAT,
            backup_id=backup_id,
            version=alongside.__version__,
            postgres=source.binaries.major,
            system=source.system,
            began_at=began,
            ended_at=datetime.now(UTC),
            continuous=bool(settings.backup_to) and can_archive(source.binaries),
            files=files,
            key="within" if key else "absent",
            key_mark=key_mark,
            parts={path.name: _part(path) for path in sorted(draft.iterdir())},
            **_positions(draft / "backup_manifest"),
        )
        _settle(place, draft, manifest, progress)
    return manifest


def tidy(data: Path) -> None:
    """Take away what a backup that was killed left; nothing while one is being made."""
    with suppress(Conflict), only_one(data, _LOCK, _DOING):
        _sweep(data)


def _sweep(data: Path) -> None:
    end_leftovers(f"{data / _DRAFT}")
    for old in data.glob(f"{_DRAFT}*"):
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _draft(data: Path) -> Iterator[Path]:
    """A private folder in the data folder; those that a crash left are taken away first."""
    _sweep(data)
    folder = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=data))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _require_room(place: Place, draft: Path, size: int) -> None:
    """Compressed it is smaller; how much, nobody knows before."""
    for where, free in ((str(draft.parent), shutil.disk_usage(draft).free), (place.name, place.free())):
        if free is not None and free < size + _SPARE:
            raise Unavailable(
                "no_room",
                f"A backup needs up to {(size + _SPARE) // 1024**2} MiB on {where}, "
                f"and {free // 1024**2} MiB are free.",
                "Make room, or name another place in ALONGSIDE_BACKUP_TO.",
            )


def _send_files(settings: Settings, place: Place, source: Source, draft: Path, progress: Progress) -> Files:
    count = size = 0
    if settings.files_url:
        return Files("elsewhere", 0, 0)
    with gzip.open(draft / "files.txt.gz", "wt", compresslevel=1) as listing:
        for folder, found in filing.content_below(source.data / "files"):
            known = place.things(f"{filing.PREFIX}{folder}/")
            for path in found:
                name = f"{filing.PREFIX}{folder}/{path.name}"
                if name not in known:
                    place.put(name, path)
                listing.write(f"{folder}/{path.name}\n")
                count, size = count + 1, size + path.stat().st_size
            progress("copying uploaded files", count, count)
    return Files("within", count, size)


def _key(settings: Settings, draft: Path) -> tuple[bool, str]:
    """Whether the key is in the draft now, and a mark by which one key is told from another."""
    keys = load_keys(revealed(settings.secret_key), settings.data_dir)
    mark = hashlib.sha256(SecretBox(keys).derive("backup mark")).hexdigest()[:16]
    if settings.backup_with_key:
        (draft / KEY_FILE).write_text(",".join(keys), "ascii")
    return settings.backup_with_key, mark


def key_fits(manifest: Manifest, keys: list[str]) -> bool:
    """Whether one of these keys is the one that the backup's secrets are sealed with."""
    marks = (hashlib.sha256(SecretBox([key]).derive("backup mark")).hexdigest()[:16] for key in keys)
    return manifest.key_mark in marks


def _positions(of_postgres: Path) -> dict[str, Any]:
    """From where to where the log is needed, as pg_basebackup's own manifest says."""
    (span,) = msgspec.json.decode(of_postgres.read_bytes())["WAL-Ranges"]
    timeline, start = int(span["Timeline"]), str(span["Start-LSN"])
    return {
        "timeline": timeline,
        "wal_start": start,
        "wal_stop": str(span["End-LSN"]),
        "first_segment": segment_of(timeline, start),
    }


def _part(path: Path) -> Part:
    with path.open("rb") as file:
        return Part(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _settle(place: Place, draft: Path, manifest: Manifest, progress: Progress) -> None:
    done = 0
    folder = folder_of(manifest.backup_id)
    if place.things(folder):
        raise Conflict(message=f"There is a backup {manifest.backup_id} already.", hint="Try again.")
    for name, part in manifest.parts.items():
        place.put(folder + name, draft / name)
        done += part.size
        progress("storing it", done, manifest.size)
    (draft / "manifest.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    place.put(folder + "manifest.json", draft / "manifest.json")
