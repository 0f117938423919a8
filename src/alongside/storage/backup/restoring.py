"""Restores a backup into a new data folder, up to any moment since; whole, or the folder says that it is not."""

import asyncio
import os
import shutil
from datetime import datetime
from pathlib import Path

import msgspec

from alongside.kit.errors import Conflict, NotFound
from alongside.kit.secrets import KEY_FILE
from alongside.kit.settings import Settings
from alongside.storage.backup.copying import Progress
from alongside.storage.backup.manifest import Manifest, all_backups, folder_of, read
from alongside.storage.backup.place import Place
from alongside.storage.backup.recovery import Recovery
from alongside.storage.backup.unpacking import fetch_files, fetch_log, unpack_cluster
from alongside.storage.embedded import find_binaries
from alongside.storage.embedded.account import account_for_postgres
from alongside.storage.embedded.archiving import RESTORING, can_archive, make_spool
from alongside.storage.embedded.cluster import SERVER, check_version, write_access
from alongside.storage.embedded.copies import reachable
from alongside.storage.embedded.places import ELSEWHERE, Places, prepare
from alongside.storage.embedded.single_start import LOCK_NAME, only_one
from alongside.storage.logins import Login, socket_url
from alongside.storage.pools import single_connection

_DATABASE = "alongside"


class Restored(msgspec.Struct, frozen=True):
    """What was restored. `last_transaction`: when the last thing in it was committed, None if nothing was replayed
    after the backup. `missing_files`: uploaded files that the database speaks of and the place does not have.
    `key`: whether the installation's key is in the folder now."""

    backup_id: str
    data: Path
    last_transaction: datetime | None
    files: int
    missing_files: list[str]
    key: bool


async def restore(
    settings: Settings,
    place: Place,
    to: datetime | None,
    progress: Progress,
    *,
    backup_id: str | None = None,
) -> Restored:
    """Restore into the settings' data folder, which must not exist or be empty: the state at the moment `to`, or the
    last one that was archived. Call it on the main thread.

    Raises Conflict for a folder with something in it and for a moment later than the log, NotFound when no backup
    is from before that moment. What a failure laid out is taken away again."""
    backup = choose(place, to, backup_id)
    data = settings.data_dir
    _require_empty(data)
    account = account_for_postgres()
    places = prepare(data, account)
    (data / RESTORING).touch(mode=0o600)
    try:
        with only_one(data):
            restored = await _restore(settings, place, backup, to, places, progress)
    except BaseException:
        await asyncio.to_thread(_clear, places)
        raise
    (data / RESTORING).unlink()
    return restored


def choose(place: Place, to: datetime | None, backup_id: str | None = None) -> Manifest:
    """The newest backup that was complete at a moment, or the one that is named."""
    if backup_id:
        return read(place, backup_id)
    backups = all_backups(place)
    fitting = [backup for backup in backups if to is None or backup.ended_at <= to]
    if fitting:
        return fitting[-1]
    if backups:
        raise NotFound(
            message=f"The oldest backup was complete at {backups[0].ended_at:%Y-%m-%d %H:%M:%S} UTC.",
            hint="Choose a moment after that; `alongside backup list` shows all.",
        )
    raise NotFound(message=f"There is no backup in {place.name}.", hint="Name its place with --from.")


def _require_empty(data: Path) -> None:
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise Conflict(
            "not_empty", f"{data} is not an empty folder.", "Restore into a new one; nothing is overwritten."
        )


async def _restore(
    settings: Settings,
    place: Place,
    backup: Manifest,
    to: datetime | None,
    places: Places,
    progress: Progress,
) -> Restored:
    account = account_for_postgres()
    found = find_binaries(settings.postgres_binaries)
    binaries = await asyncio.to_thread(reachable, found, account)
    log = places.home / "replayed"
    await asyncio.to_thread(unpack_cluster, place, backup, places.cluster, account, progress)
    check_version(binaries, places.cluster)
    segments = await asyncio.to_thread(fetch_log, place, backup, log, account, progress)
    write_access(places)
    archiving = bool(settings.backup_to) and can_archive(binaries)
    if archiving:
        make_spool(places, account)
    recovery = Recovery(binaries, places, account, log, to, archiving)
    process = await recovery.run(segments, progress)
    try:
        wanted = await _files_of(settings, places)
    finally:
        await process.stop()
    missing = await asyncio.to_thread(
        fetch_files, place, wanted, len(wanted), settings.data_dir / "files", progress
    )
    shutil.rmtree(log)
    return Restored(
        backup.backup_id,
        settings.data_dir,
        recovery.last_transaction(),
        len(wanted) - len(missing),
        missing,
        _restore_key(place, backup, settings.data_dir),
    )


async def _files_of(settings: Settings, places: Places) -> list[str]:
    """Every uploaded file that a row speaks of, as `WORKSPACE/ab/HASH`; none if they are in a bucket of their own."""
    if settings.files_url:
        return []
    names: list[str] = []
    login = Login(socket_url(places.socket, SERVER, _DATABASE), None)
    async with single_connection(login, settings) as connection:
        for row in await connection.fetch("select workspace_ids() as workspace_id"):
            await connection.begin(row["workspace_id"], " read only")
            hashes = await connection.fetch(
                "select distinct encode(sha256, 'hex') as hash from file order by 1"
            )
            await connection.execute("commit")
            names += [f"{row['workspace_id']}/{each['hash'][:2]}/{each['hash']}" for each in hashes]
    return names


def _restore_key(place: Place, backup: Manifest, data: Path) -> bool:
    """Put the key where the server looks for it, if the backup has it."""
    if backup.key == "absent":
        return False
    with place.open(folder_of(backup.backup_id) + KEY_FILE) as file:
        key = file.read()
    descriptor = os.open(data / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(key)
    return True


def _clear(places: Places) -> None:
    """Take away everything that was laid out; the folder was empty before."""
    places.leave()
    if places.home != places.data and ELSEWHERE in places.home.parents:
        shutil.rmtree(places.home, ignore_errors=True)
    for path in places.data.iterdir():
        if path.name not in (RESTORING, LOCK_NAME):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for name in (LOCK_NAME, RESTORING):
        (places.data / name).unlink(missing_ok=True)
