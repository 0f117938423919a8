"""Whether a backup is what it was when it was made, and how far one can go from it."""

import gzip
import hashlib
from collections.abc import Iterator
from datetime import datetime

import msgspec

from alongside.kit.errors import AlongsideError
from alongside.storage.backup.archive import WAL
from alongside.storage.backup.copying import Progress
from alongside.storage.backup.filing import PREFIX
from alongside.storage.backup.manifest import Manifest, folder_of
from alongside.storage.backup.place import Place, Thing
from alongside.storage.backup.pruning import files_of
from alongside.storage.backup.segments import after, is_segment, not_before, segment_of, system_of, unbroken

_CHUNK = 1024 * 1024


class Reach(msgspec.Struct, frozen=True):
    """How far one can go from a backup: the last segment of its log without a gap and when that was archived;
    the backup's own end when nothing was archived since. `gap`: the segment that is missing, while later ones
    are there."""

    last_segment: str
    until: datetime
    gap: str | None = None


class Flaw(msgspec.Struct, frozen=True):
    """Something that is not as it was."""

    name: str
    message: str


def reach(backup: Manifest, archived: dict[str, Thing]) -> Reach:
    """How far the archived log (`place.things("wal/")`) goes from a backup, on the backup's timeline."""
    there = {name.removeprefix(WAL).removesuffix(".gz"): thing for name, thing in archived.items()}
    ours = {
        name: thing
        for name, thing in there.items()
        if is_segment(name)
        and name[:8] == backup.first_segment[:8]
        and not_before(name, backup.first_segment)
    }
    own_end = segment_of(backup.timeline, backup.wal_stop)
    last = unbroken(own_end, ours) or unbroken(backup.first_segment, ours)
    if last is None:
        gap = backup.first_segment if any(not_before(name, own_end) for name in ours) else None
        return Reach(own_end, backup.ended_at, gap)
    beyond = any(name > last for name in ours)
    return Reach(last, max(ours[last].since, backup.ended_at), after(last) if beyond else None)


def check(place: Place, backup: Manifest, progress: Progress) -> Iterator[Flaw]:
    """Read everything that restoring this backup would read; give what is missing or damaged."""
    done = 0
    for name, part in backup.parts.items():
        yield from _check_part(place, folder_of(backup.backup_id) + name, part.sha256)
        done += part.size
        progress("reading the backup", done, backup.size)
    yield from _check_files(place, backup, progress)
    yield from _check_log(place, backup, progress)


def _check_part(place: Place, name: str, sha256: str) -> Iterator[Flaw]:
    try:
        found = _hash(place, name)
    except AlongsideError as error:
        yield Flaw(name, error.message)
    else:
        if found != sha256:
            yield Flaw(name, "Its content is not what it was.")


def _check_files(place: Place, backup: Manifest, progress: Progress) -> Iterator[Flaw]:
    try:
        for done, name in enumerate(files_of(place, backup), 1):
            yield from _check_part(place, PREFIX + name, name[-64:])
            progress("reading uploaded files", done, backup.files.count)
    except (AlongsideError, OSError, EOFError):
        yield Flaw("files.txt.gz", "The list of uploaded files cannot be read.")


def _check_log(place: Place, backup: Manifest, progress: Progress) -> Iterator[Flaw]:
    archived = place.things(WAL)
    found = reach(backup, archived)
    if found.gap:
        yield Flaw(f"{WAL}{found.gap}.gz", "It is missing: moments after it cannot be restored from here.")
    names = [
        name
        for name in sorted(archived)
        if is_segment(segment := name.removeprefix(WAL).removesuffix(".gz"))
        and segment[:8] == backup.first_segment[:8]
        and backup.first_segment <= segment <= found.last_segment
    ]
    for done, name in enumerate(names, 1):
        yield from _check_segment(place, name, backup.system)
        progress("reading the log", done, len(names))


def _check_segment(place: Place, name: str, system: str) -> Iterator[Flaw]:
    try:
        with place.open(name) as packed, gzip.GzipFile(fileobj=packed) as file:
            head = file.read(32)
            while file.read(_CHUNK):
                pass
    except (AlongsideError, OSError, EOFError) as error:
        yield Flaw(name, f"It cannot be read: {type(error).__name__}.")
    else:
        if system_of(head) != system:
            yield Flaw(name, "It is another database's log.")


def _hash(place: Place, name: str) -> str:
    digest = hashlib.sha256()
    with place.open(name) as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()
