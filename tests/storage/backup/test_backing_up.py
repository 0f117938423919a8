"""Backing up a real database: crashes, mix-ups and damage on the way, and the way back."""

import asyncio
import gzip
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from alongside.kit.errors import Conflict, Misconfigured, NotFound, Unavailable
from alongside.kit.settings import Settings
from alongside.storage import Database
from alongside.storage.backup import Keeper, Manifest, all_backups, create, open_place
from alongside.storage.backup import archive as archiving_module
from alongside.storage.backup.archive import give_up_overflow, ship
from alongside.storage.backup.checking import check
from alongside.storage.backup.copying import Source, running_source
from alongside.storage.backup.keeper import is_due
from alongside.storage.backup.place import Folder
from alongside.storage.backup.restoring import restore
from alongside.storage.embedded import EmbeddedPostgres
from alongside.storage.embedded.archiving import RESTORING
from tests.database import make_workspace
from tests.s3 import S3
from tests.storage.backup.conftest import NOON, made


def silent(_what: str, _done: int, _all: int) -> None: ...


async def backed_up(settings: Settings) -> Manifest:
    return await asyncio.to_thread(create, settings, open_place(settings), running_source(settings), silent)


async def workspaces(settings: Settings) -> int:
    async with (
        EmbeddedPostgres(settings.data_dir, settings, durable=False) as postgres,
        Database(postgres.logins("alongside"), settings) as database,
        database.read(None) as connection,
    ):
        return int(await connection.fetchval("select count(*) from workspace_ids()"))


def into(settings: Settings, folder: Path) -> Settings:
    return settings.model_copy(update={"data_dir": folder})


async def add_workspace(postgres: EmbeddedPostgres, settings: Settings, slug: str) -> None:
    async with Database(postgres.logins("alongside"), settings) as database:
        await make_workspace(database, slug)


async def test_a_stopped_server_leaves_everything_archived(
    postgres: EmbeddedPostgres, archiving: Settings, root: Path
) -> None:
    await backed_up(archiving)
    async with Keeper(archiving, postgres.places.spool, pause=0.1):
        await add_workspace(postgres, archiving, "after-the-backup")
    await restore(into(archiving, root / "new"), open_place(archiving), None, silent)
    assert await workspaces(into(archiving, root / "new")) == 1


async def test_the_restored_goes_on_and_can_be_restored_again(
    postgres: EmbeddedPostgres, archiving: Settings, root: Path
) -> None:
    await backed_up(archiving)
    async with Keeper(archiving, postgres.places.spool, pause=0.1):
        await add_workspace(postgres, archiving, "first-life")
    second = into(archiving, root / "second")
    await restore(second, open_place(archiving), None, silent)
    async with (
        EmbeddedPostgres(second.data_dir, second, durable=False) as running,
        Keeper(second, running.places.spool, pause=0.1),
    ):
        await add_workspace(running, second, "second-life")
    third = into(archiving, root / "third")
    await restore(third, open_place(archiving), None, silent)
    assert await workspaces(third) == 2


async def test_a_second_backup_at_the_same_time_is_refused(
    postgres: EmbeddedPostgres, archiving: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def second() -> None:
        with pytest.raises(Conflict, match="makes a backup"):
            await backed_up(archiving)

    loop, copied = asyncio.get_running_loop(), Source.copy

    def copy(*args: object, **more: object) -> None:
        asyncio.run_coroutine_threadsafe(second(), loop).result(60)
        copied(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Source, "copy", copy)
    await backed_up(archiving)
    assert len(all_backups(open_place(archiving))) == 1


@pytest.mark.parametrize("cut", ["copy", "put"])
async def test_a_crash_leaves_nothing_that_looks_whole(
    cut: str, postgres: EmbeddedPostgres, archiving: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Folder.put

    def fail(place: Folder, name: str, source: Path) -> None:
        if name.endswith("pg_wal.tar.gz"):
            raise Unavailable(message="the disk is full")
        put(place, name, source)

    def fail_at_once(*_args: object, **_more: object) -> None:
        raise Unavailable(message="killed")

    with monkeypatch.context() as patch:
        if cut == "copy":
            patch.setattr(Source, "copy", fail_at_once)
        else:
            patch.setattr(Folder, "put", fail)
        with pytest.raises(Unavailable):
            await backed_up(archiving)
    assert all_backups(open_place(archiving)) == []
    assert list(archiving.data_dir.glob("backup-draft-*")) == []


async def test_too_little_room_is_told_before_anything_is_copied(
    postgres: EmbeddedPostgres, archiving: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Folder, "free", lambda _place: 1024)
    with pytest.raises(Unavailable, match="MiB") as refused:
        await backed_up(archiving)
    assert refused.value.code == "no_room"


async def test_a_place_of_another_installation_is_refused(
    postgres: EmbeddedPostgres, archiving: Settings, tmp_path: Path
) -> None:
    import msgspec

    (tmp_path / "manifest").write_bytes(msgspec.json.encode(made(1, system="another")))
    place = open_place(archiving)
    place.put(f"backups/{made(1).backup_id}/manifest.json", tmp_path / "manifest")
    with pytest.raises(Conflict, match="another installation"):
        await backed_up(archiving)


async def test_the_key_is_within_only_if_it_was_wanted(
    postgres: EmbeddedPostgres, archiving: Settings, root: Path
) -> None:
    wanted = archiving.model_copy(update={"backup_with_key": True})
    manifest = await backed_up(wanted)
    assert manifest.key == "within"
    restored = await restore(into(archiving, root / "new"), open_place(archiving), None, silent)
    assert restored.key
    ours, theirs = archiving.data_dir / "secret.key", root / "new" / "secret.key"
    assert (theirs.read_bytes(), theirs.stat().st_mode & 0o777) == (ours.read_bytes(), 0o600)


async def test_damage_is_found_and_a_damaged_backup_is_not_restored(
    postgres: EmbeddedPostgres, archiving: Settings, root: Path
) -> None:
    manifest, place = await backed_up(archiving), open_place(archiving)
    assert list(check(place, manifest, silent)) == []
    base = root / "place" / "backups" / manifest.backup_id / "base.tar.gz"
    content = bytearray(base.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    base.write_bytes(content)
    assert [flaw.name for flaw in check(place, manifest, silent)] == [
        f"backups/{manifest.backup_id}/base.tar.gz"
    ]
    with pytest.raises(Unavailable, match="damaged"):
        await restore(into(archiving, root / "new"), place, None, silent)
    assert list((root / "new").iterdir()) == []


async def test_a_folder_with_something_in_it_is_never_restored_into(
    postgres: EmbeddedPostgres, archiving: Settings, root: Path
) -> None:
    await backed_up(archiving)
    with pytest.raises(Conflict, match="not an empty folder"):
        await restore(archiving, open_place(archiving), None, silent)


async def test_moments_out_of_reach_are_refused_in_words(
    postgres: EmbeddedPostgres, archiving: Settings, root: Path
) -> None:
    place, new = open_place(archiving), into(archiving, root / "new")
    with pytest.raises(NotFound, match="no backup"):
        await restore(new, place, None, silent)
    await backed_up(archiving)
    with pytest.raises(NotFound, match="oldest backup"):
        await restore(new, place, datetime.now(UTC) - timedelta(hours=1), silent)
    with pytest.raises(Conflict, match="ends before"):
        await restore(new, place, datetime.now(UTC) + timedelta(hours=1), silent)
    assert list(new.data_dir.iterdir()) == []


async def test_a_restore_that_was_cut_off_is_not_served(tmp_path: Path) -> None:
    (tmp_path / RESTORING).touch()
    with pytest.raises(Misconfigured, match="cut off"):
        async with EmbeddedPostgres(tmp_path, Settings(data_dir=tmp_path)):
            pass


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


def test_a_segment_that_was_shipped_before_a_crash_is_shipped_again_without_harm(
    spool: Path, tmp_path: Path
) -> None:
    place, name = Folder(tmp_path / "place"), "000000010000000000000001"
    for _ in range(2):
        (spool / name).write_bytes(b"log" * 1000)
        assert ship(spool, place, None) == [name]
    assert list(spool.iterdir()) == []
    with place.open(f"wal/{name}.gz") as packed:
        assert gzip.decompress(packed.read()) == b"log" * 1000


def test_another_database_that_archives_to_the_same_place_is_refused(spool: Path, tmp_path: Path) -> None:
    place, name = Folder(tmp_path / "place"), "000000010000000000000001"
    (spool / name).write_bytes(b"ours")
    ship(spool, place, None)
    (spool / name).write_bytes(b"theirs")
    with pytest.raises(Conflict, match="another installation"):
        ship(spool, place, None)
    assert (spool / name).exists()


def test_files_go_before_the_log_that_speaks_of_them(spool: Path, tmp_path: Path) -> None:
    place, files = Folder(tmp_path / "place"), tmp_path / "files"
    content = files / "019e0000-0000-7000-8000-000000000000" / "ab" / ("ab" * 32)
    content.parent.mkdir(parents=True)
    content.write_bytes(b"a bill")
    (files / "019e0000-0000-7000-8000-000000000000" / "incoming").mkdir()
    assert ship(spool, place, files) == []
    (spool / "000000010000000000000001").write_bytes(b"log")
    ship(spool, place, files)
    assert list(place.things("files/")) == [f"files/{content.relative_to(files)}"]


def test_log_that_waits_too_long_is_given_up_before_the_disk_is_full(
    spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving_module, "SPOOL_LIMIT", 2)
    for number in range(1, 4):
        assert give_up_overflow(spool) == 0
        (spool / f"00000001000000000000000{number}").touch()
    assert give_up_overflow(spool) == 3
    assert list(spool.iterdir()) == []


def test_a_backup_is_due_when_time_or_the_log_says_so(tmp_path: Path) -> None:
    place, day = Folder(tmp_path / "place"), timedelta(days=1)
    newest = made(1)
    assert is_due([], place, day, NOON)
    assert not is_due([newest], place, day, newest.ended_at + timedelta(hours=23))
    assert is_due([newest], place, day, newest.ended_at + day)
    (tmp_path / "source").touch()
    for segment in ("000000010000000000000001", "000000010000000000000003"):
        place.put(f"wal/{segment}.gz", tmp_path / "source")
    assert is_due([newest], place, day, newest.ended_at)
    place.put("wal/000000010000000000000002.gz", tmp_path / "source")
    assert not is_due([newest], place, day, newest.ended_at)
    place.put("wal/000000020000000000000003.gz", tmp_path / "source")
    assert is_due([newest], place, day, newest.ended_at)


async def test_a_bucket_holds_backups_and_log_as_a_folder_does(
    postgres: EmbeddedPostgres, archiving: Settings, root: Path, s3: S3
) -> None:
    bucket = s3.settings(archiving, files_url="", backup_to=f"s3://files/{s3.prefix}/backups")
    manifest = await backed_up(bucket)
    async with Keeper(bucket, postgres.places.spool, pause=0.1):
        await add_workspace(postgres, bucket, "after-the-backup")
    assert await asyncio.to_thread(lambda: list(check(open_place(bucket), manifest, silent))) == []
    await restore(into(bucket, root / "new"), open_place(bucket), None, silent)
    assert await workspaces(into(bucket, root / "new")) == 1


async def test_a_backup_that_is_killed_leaves_nothing_that_looks_whole_and_nothing_running(
    postgres: EmbeddedPostgres, archiving: Settings
) -> None:
    data = archiving.data_dir
    command = [sys.executable, "-m", "alongside", "backup", "create", "--data", str(data)]
    place = ["--place", archiving.backup_to]
    running = await asyncio.create_subprocess_exec(*command, *place)
    while not list(data.glob("backup-draft-*/base.tar.gz")):  # noqa: ASYNC110  another process makes it
        await asyncio.sleep(0.01)
    running.kill()
    await running.wait()
    assert all_backups(open_place(archiving)) == []
    manifest = await backed_up(archiving)  # nobody holds the lock, and the other's draft is swept
    assert [backup.backup_id for backup in all_backups(open_place(archiving))] == [manifest.backup_id]
    assert list(data.glob("backup-draft-*")) == []
    assert [process for process in psutil.process_iter() if _copies(process, data)] == []


def _copies(process: psutil.Process, data: Path) -> bool:
    return "pg_basebackup" in _words(process) and str(data) in _words(process)


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
