"""Opening the database: the embedded one or one's own, migrated."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from alongside.kit.settings import Settings, revealed
from alongside.storage import Database, Logins, logins_of_url
from alongside.storage.backup import Keeper
from alongside.storage.embedded import EmbeddedPostgres
from alongside.storage.migrate import check, migrate

NAME = "alongside"


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of an installation, up to date. Starts the embedded PostgreSQL unless there is a URL.

    Raises Misconfigured or Conflict, in words, when it cannot be started, reached or brought up to date."""
    async with AsyncExitStack() as stack:
        logins = await _find_logins(stack, settings)
        database = Database(logins, settings)
        if settings.migrate_at_start:
            await migrate(database)
        await stack.enter_async_context(database)
        if not settings.migrate_at_start:
            await check(database)
        yield database


async def _find_logins(stack: AsyncExitStack, settings: Settings) -> Logins:
    if settings.database_url:
        return logins_of_url(settings.database_url.get_secret_value(), revealed(settings.migration_url))
    postgres = await stack.enter_async_context(EmbeddedPostgres(settings.data_dir, settings))
    await postgres.ensure_database(NAME)
    if settings.backup_to:
        await stack.enter_async_context(Keeper(settings, postgres.places.spool))
    return postgres.logins(NAME)
