"""What wants somebody's care while all goes well: jobs that failed, and backups. For `alongside doctor`."""

import asyncio
from datetime import UTC, datetime, timedelta

from alongside.jobs.counting import dead_everywhere
from alongside.kit.errors import AlongsideError
from alongside.kit.settings import Settings, revealed
from alongside.storage import Logins, logins_of_url
from alongside.storage.backup import all_backups, open_place
from alongside.storage.backup.archive import WAL
from alongside.storage.backup.checking import reach
from alongside.storage.diagnosis import Finding
from alongside.storage.embedded import find_binaries, running_logins
from alongside.storage.embedded.archiving import can_archive
from alongside.storage.pools import single_connection

_DATABASE = "alongside"


async def findings(settings: Settings) -> list[Finding]:
    """What there is to say; nothing where nothing can be known now."""
    return [*await _jobs(settings), *await asyncio.to_thread(_backups, settings)]


async def _jobs(settings: Settings) -> list[Finding]:
    try:
        async with single_connection(_logins(settings).jobs, settings) as connection:
            dead = await dead_everywhere(connection)
    except AlongsideError:  # that the database is away, or not migrated, is said elsewhere
        return []
    if not dead.jobs and not dead.facts:
        return [Finding("jobs", "ok", "No job has failed for good.")]
    since = f", the oldest since {dead.oldest:%Y-%m-%d %H:%M} UTC" if dead.oldest else ""
    words = f"{dead.jobs} jobs were given up{since}; {dead.facts} facts could not be told so far."
    return [
        Finding("jobs", "warning", words, "Look at them: alongside jobs dead list, or the desk's settings.")
    ]


def _logins(settings: Settings) -> Logins:
    if settings.database_url:
        return logins_of_url(settings.database_url.get_secret_value(), revealed(settings.migration_url))
    return running_logins(settings.data_dir, _DATABASE)


def _backups(settings: Settings) -> list[Finding]:
    if settings.database_url:
        return []
    try:
        return [_of_the_place(settings)]
    except AlongsideError as error:
        return [Finding("backups", "error", error.message, error.hint)]


def _of_the_place(settings: Settings) -> Finding:
    place = open_place(settings)
    backups = all_backups(place)
    if not backups:
        hint = "Name a place in ALONGSIDE_BACKUP_TO, or make one now and then: alongside backup create"
        return Finding("backups", "warning", f"There is none in {place.name}.", hint)
    newest = backups[-1]
    words = f"The newest is of {newest.ended_at:%Y-%m-%d %H:%M} UTC, in {place.name}."
    if settings.backup_to and not can_archive(find_binaries(settings.postgres_binaries)):
        hint = "Install your system's package of PostgreSQL's contributed modules."
        return Finding(
            "backups", "warning", words + " Its log is not archived: basic_archive is missing.", hint
        )
    if settings.backup_to and reach(newest, place.things(WAL)).gap:
        hint = "The server makes a new one within a minute; until then only moments before the gap can be restored."
        return Finding("backups", "warning", words + " The log after it has a gap.", hint)
    if datetime.now(UTC) - newest.ended_at > _longest(settings):
        return Finding("backups", "warning", words, "It is late; the server's log says why.")
    return Finding("backups", "ok", words)


def _longest(settings: Settings) -> timedelta:
    """When nothing is promised a week is enough to be reminded."""
    hours = settings.backup_every_hours if settings.backup_to else 0
    return timedelta(hours=2 * hours) if hours else timedelta(days=7)
