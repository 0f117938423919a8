"""The write-ahead log on its way: from the folder into which PostgreSQL puts finished segments to the place."""

import gzip
import shutil
import tempfile
from pathlib import Path

from alongside.kit.errors import Conflict
from alongside.kit.logs import logger
from alongside.storage.backup import filing
from alongside.storage.backup.place import Place
from alongside.storage.backup.segments import SEGMENT_SIZE, is_history, is_segment

log = logger(__name__)
WAL = "wal/"
SPOOL_LIMIT = 64
"""Segments (1 GiB) that wait at most for a place that is away; then they are given up, before the disk is full."""


def ship(spool: Path, place: Place, files: Path | None, files_since: float = 0.0) -> list[str]:
    """Bring what PostgreSQL has finished to the place, and files uploaded since before it; gives the names of the
    log's files. What is there is taken out of the spool only then.

    Raises Unavailable if the place is away, Conflict if another database archives to it."""
    waiting = sorted(path for path in spool.iterdir() if is_segment(path.name) or is_history(path.name))
    # Listed first: a file that a row in the log speaks of was stored before it.
    if files and waiting:
        filing.send_new(files, place, files_since)
    for path in waiting:
        _send(path, place)
        path.unlink()
    for path in spool.glob("*.backup"):  # PostgreSQL's note of a base backup; its manifest says more
        path.unlink()
    return [path.name for path in waiting]


def _send(path: Path, place: Place) -> None:
    name = f"{WAL}{path.name}.gz"
    if place.has(name):
        return _require_same(path, name, place)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".packed-", suffix=".gz") as packed:
        with path.open("rb") as file, gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as target:
            shutil.copyfileobj(file, target, 1024 * 1024)
        packed.flush()
        place.put(name, Path(packed.name))


def _require_same(path: Path, name: str, place: Place) -> None:
    """A crash between storing and unlinking leaves one that is there already; anything else is a mix-up."""
    with place.open(name) as packed, gzip.GzipFile(fileobj=packed) as file:
        same = file.read(SEGMENT_SIZE + 1) == path.read_bytes()
    if not same:
        raise Conflict(
            "foreign_archive",
            f"{place.name} holds another {path.name}: another installation archives there.",
            "Give each installation a place of its own in ALONGSIDE_BACKUP_TO.",
        )


def give_up_overflow(spool: Path) -> int:
    """If too much waits, throw it away, so that the database does not fill its disk; gives how many segments.

    Moments between then and the next base backup cannot be restored."""
    waiting = [path for path in spool.iterdir() if is_segment(path.name)]
    if len(waiting) <= SPOOL_LIMIT:
        return 0
    for path in waiting:
        path.unlink(missing_ok=True)
    log.error("the place for backups is away for too long; log was given up", segments=len(waiting))
    return len(waiting)
