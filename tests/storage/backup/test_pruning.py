"""Nothing goes that a promised moment needs; everything else does."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from alongside.storage.backup.checking import reach
from alongside.storage.backup.manifest import Manifest, Part, all_backups, folder_of
from alongside.storage.backup.place import Place
from alongside.storage.backup.pruning import prune, too_old
from alongside.storage.backup.segments import segment_of
from tests.storage.backup.conftest import NOON, made

WORKSPACE = "019e0000-0000-7000-8000-000000000000"


def put(place: Place, tmp_path: Path, name: str, content: bytes = b"") -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    place.put(name, source)


def put_backup(place: Place, tmp_path: Path, manifest: Manifest, *files: str) -> None:
    folder = folder_of(manifest.backup_id)
    put(place, tmp_path, folder + "base.tar.gz", b"base")
    put(
        place,
        tmp_path,
        folder + "files.txt.gz",
        gzip.compress("".join(f"{name}\n" for name in files).encode()),
    )
    put(place, tmp_path, folder + "manifest.json", msgspec.json.encode(manifest))
    for name in files:
        put(place, tmp_path, f"files/{name}", b"content")


def segment(number: int) -> str:
    return segment_of(1, f"0/{number}000000")


def listed(number: int) -> Manifest:
    return msgspec.structs.replace(made(number, segment(number)), parts={"files.txt.gz": Part(1, "")})


def test_the_newest_and_what_the_promised_days_need_stay(place: Place, tmp_path: Path) -> None:
    content = [f"{WORKSPACE}/{digit * 2}/{digit * 64}" for digit in "abc"]
    put_backup(place, tmp_path, listed(1), content[0], content[1])
    put_backup(place, tmp_path, listed(2), content[1])
    put_backup(place, tmp_path, listed(3), content[1], content[2])
    for number in range(1, 6):
        put(place, tmp_path, f"wal/{segment(number)}.gz")
    put(place, tmp_path, "wal/00000002.history.gz")
    # the files' own times are of today, long after these backups: what is in the log may need them
    pruned = prune(place, timedelta(days=1, hours=1), NOON + timedelta(days=3, hours=2))
    assert pruned.backups == [listed(1).backup_id]
    assert [backup.backup_id for backup in all_backups(place)] == [listed(2).backup_id, listed(3).backup_id]
    log = [f"wal/{segment(number)}.gz" for number in range(2, 6)]
    assert sorted(place.things("wal/")) == [*log, "wal/00000002.history.gz"]
    assert place.things(folder_of(listed(1).backup_id)) == {}
    again = prune(place, timedelta(0), NOON + timedelta(days=99))
    assert (again.backups, [each.backup_id for each in all_backups(place)]) == (
        [listed(2).backup_id],
        [listed(3).backup_id],
    )


def test_a_backup_is_needed_until_a_later_one_covers_the_promised_time() -> None:
    backups = [made(number) for number in range(1, 5)]
    assert too_old(backups, made(3).ended_at) == backups[:2]
    assert too_old(backups, made(3).ended_at - timedelta(seconds=1)) == backups[:1]
    assert too_old(backups[:1], NOON + timedelta(days=99)) == []


def test_half_a_backup_is_none(place: Place, tmp_path: Path) -> None:
    put(place, tmp_path, folder_of(made(1).backup_id) + "base.tar.gz", b"half of i")
    assert all_backups(place) == []
    today = datetime.now(UTC)
    prune(place, timedelta(days=14), today)
    assert place.things("backups/") != {}  # it may be under way
    prune(place, timedelta(days=14), today + timedelta(days=3))
    assert place.things("backups/") == {}


def test_a_gap_ends_what_can_be_restored(place: Place, tmp_path: Path) -> None:
    for number in (1, 2, 4):
        put(place, tmp_path, f"wal/{segment(number)}.gz")
    found = reach(made(1, segment(1)), place.things("wal/"))
    assert (found.last_segment, found.gap) == (segment(2), segment(3))
