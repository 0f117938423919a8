"""Keeps the backups of a running server: brings its log to their place, makes new ones in time, prunes old ones."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from prometheus_client import Counter, Gauge

from alongside.kit.errors import AlongsideError, Conflict
from alongside.kit.logs import logger
from alongside.kit.settings import Settings
from alongside.storage.backup.archive import WAL, give_up_overflow, ship
from alongside.storage.backup.checking import reach
from alongside.storage.backup.copying import Source, running_source
from alongside.storage.backup.creating import create, tidy
from alongside.storage.backup.manifest import Manifest, all_backups
from alongside.storage.backup.place import Place, open_place
from alongside.storage.backup.pruning import prune
from alongside.storage.backup.segments import is_segment, timeline_of
from alongside.storage.embedded.server import backup_login
from alongside.storage.pools import single_connection

log = logger(__name__)
NEWEST = Gauge(
    "alongside_backup_newest_timestamp_seconds", "When the newest whole backup was made; 0: never."
)
ARCHIVED = Counter("alongside_backup_segments_total", "Segments of the log that were archived.")
FAILURES = Counter("alongside_backup_failures_total", "What failed, by deed: ship, create.", ["deed"])
_EARLIER = 10.0  # seconds that two clocks of one machine's file systems may differ
_LAST_SEGMENT_SECONDS = 10.0


class Keeper:
    """Keeps backups for as long as the `async with` lasts; enter it inside of the embedded database's.

    Looks every `pause` seconds for finished log, every `look` seconds for whether a backup is due."""

    def __init__(self, settings: Settings, spool: Path, *, pause: float = 2.0, look: float = 60.0) -> None:
        self._settings = settings
        self._spool = spool
        self._pause = pause
        self._look = look
        self._place: Place | None = None
        self._source: Source | None = None
        self._files_since = 0.0
        self._stopping = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._keep_shipping(), name="archive of the log"),
            asyncio.create_task(self._keep_backing_up(), name="regular backups"),
        ]
        return self

    async def _keep_shipping(self) -> None:
        while not self._stopping.is_set():
            await self._ship()
            await self._rest(self._pause)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _ship(self) -> None:
        try:
            await asyncio.to_thread(self._ship_now)
        except (AlongsideError, OSError) as error:
            FAILURES.labels("ship").inc()
            log.warning("the log could not be archived; it waits", reason=str(error))
            await asyncio.to_thread(give_up_overflow, self._spool)

    def _ship_now(self) -> None:
        began = time.time() - _EARLIER
        sent = ship(self._spool, self._there(), self._files(), self._files_since)
        if sent:
            self._files_since = began
            ARCHIVED.inc(len([name for name in sent if is_segment(name)]))

    def _there(self) -> Place:
        self._place = self._place or open_place(self._settings)
        return self._place

    def _files(self) -> Path | None:
        return None if self._settings.files_url else self._settings.data_dir / "files"

    async def _keep_backing_up(self) -> None:
        while not self._stopping.is_set():
            try:
                await asyncio.to_thread(self._back_up_if_due)
            except (AlongsideError, OSError) as error:
                if not self._stopping.is_set():
                    FAILURES.labels("create").inc()
                    log.error("no backup could be made", reason=str(error))
            await self._rest(self._look)

    def _back_up_if_due(self) -> None:
        tidy(self._settings.data_dir)
        place, now = self._there(), datetime.now(UTC)
        backups = all_backups(place)
        NEWEST.set(backups[-1].ended_at.timestamp() if backups else 0)
        self._source = running_source(self._settings)
        if not self._settings.backup_every_hours or not is_due(
            [backup for backup in backups if backup.system == self._source.system],
            place,
            timedelta(hours=self._settings.backup_every_hours),
            now,
        ):
            return
        made = create(self._settings, place, self._source, self._go_on, gently=bool(backups))
        NEWEST.set(made.ended_at.timestamp())
        log.info("backed up", backup=made.backup_id, bytes=made.size)
        pruned = prune(place, timedelta(days=self._settings.backup_keep_days), now)
        log.info("old backups pruned", backups=len(pruned.backups), files=pruned.files)

    def _go_on(self, _what: str, _done: int, _all: int) -> None:
        """Nobody watches; but the server may be stopping."""
        if self._stopping.is_set():
            raise Conflict("stopped", "The backup was stopped.")

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._source:
            self._source.stop()
        await asyncio.wait(self._tasks)
        with suppress(AlongsideError, OSError):
            await self._finish_segment()
            await self._ship()

    async def _finish_segment(self) -> None:
        """Whoever stops a server and restores elsewhere finds everything."""
        source = running_source(self._settings)
        async with single_connection(backup_login(source.socket), self._settings) as connection:
            finished = await connection.fetchval("select pg_walfile_name(pg_switch_wal() - 1)")
            for _ in range(round(_LAST_SEGMENT_SECONDS * 20)):
                archived = await connection.fetchval("select last_archived_wal from pg_stat_archiver")
                if (archived or "") >= finished:
                    return
                await asyncio.sleep(0.05)


def is_due(backups: list[Manifest], place: Place, every: timedelta, now: datetime) -> bool:
    """Whether it is time for the next backup: none is there, the newest is old, or the log has a gap after it or
    goes on on another timeline, so that nothing new can be restored from it."""
    if not backups or now - backups[-1].ended_at >= every:
        return True
    newest, archived = backups[-1], place.things(WAL)
    names = [name.removeprefix(WAL).removesuffix(".gz") for name in archived]
    elsewhere = any(is_segment(name) and timeline_of(name) > newest.timeline for name in names)
    return elsewhere or reach(newest, archived).gap is not None
