"""What is no longer needed to go back as far as was promised is taken away."""

import gzip
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from alongside.storage.backup.archive import WAL
from alongside.storage.backup.filing import PREFIX
from alongside.storage.backup.manifest import Manifest, all_backups, folder_of
from alongside.storage.backup.place import Place
from alongside.storage.backup.segments import is_segment, not_before

_UNDER_WAY = timedelta(days=2)


class Pruned(msgspec.Struct, frozen=True):
    """What was taken away: backups by id, segments of the log, uploaded files."""

    backups: list[str]
    segments: int
    files: int


def prune(place: Place, keep: timedelta, now: datetime) -> Pruned:
    """Keep every backup from which a moment in the last `keep` can be restored, and always the newest; take away
    older ones, the log from before the oldest that stays, and files that none of them needs."""
    backups = all_backups(place)
    _remove_halves(place, backups, now)
    old = too_old(backups, now - keep)
    if not old:
        return Pruned([], 0, 0)
    kept = backups[len(old) :]
    for backup in old:
        _remove_backup(place, backup.backup_id)
    segments = [name for name in place.things(WAL) if _is_before(name, kept[0])]
    place.remove(segments)
    return Pruned([backup.backup_id for backup in old], len(segments), _remove_files(place, kept))


def too_old(backups: list[Manifest], since: datetime) -> list[Manifest]:
    """Of these, the oldest first, those that no moment after `since` needs: a later one ended before it."""
    needed = [number for number, backup in enumerate(backups) if backup.ended_at <= since]
    return backups[: needed[-1]] if needed else []


def _remove_halves(place: Place, backups: list[Manifest], now: datetime) -> None:
    """Take away what a crash left of backups that were being stored; not what may be under way now."""
    whole = tuple(folder_of(backup.backup_id) for backup in backups)
    place.remove(
        [
            name
            for name, thing in place.things("backups/").items()
            if not name.startswith(whole) and thing.since < now - _UNDER_WAY
        ]
    )


def _remove_backup(place: Place, backup_id: str) -> None:
    """The manifest first: what is cut off here is no backup any more."""
    folder = folder_of(backup_id)
    place.remove([folder + "manifest.json"])
    place.remove(place.things(folder))


def _is_before(name: str, oldest: Manifest) -> bool:
    segment = name.removeprefix(WAL).removesuffix(".gz")
    return is_segment(segment) and not not_before(segment, oldest.first_segment)


def _remove_files(place: Place, kept: list[Manifest]) -> int:
    """Files that no kept backup lists and that were there before the oldest of them: later ones may be in the log."""
    needed = {name for backup in kept for name in files_of(place, backup)}
    gone = [
        name
        for name, thing in place.things(PREFIX).items()
        if thing.since < kept[0].began_at and name.removeprefix(PREFIX) not in needed
    ]
    place.remove(gone)
    return len(gone)


def files_of(place: Place, backup: Manifest) -> Iterable[str]:
    """The uploaded files that a backup needs, as `WORKSPACE/ab/HASH`."""
    if "files.txt.gz" not in backup.parts:
        return ()
    return _lines(place, backup)


def _lines(place: Place, backup: Manifest) -> Iterator[str]:
    with (
        place.open(folder_of(backup.backup_id) + "files.txt.gz") as packed,
        gzip.open(packed, "rt") as listing,
    ):
        yield from (line.rstrip("\n") for line in listing)
