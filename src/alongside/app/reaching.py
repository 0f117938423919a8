"""For commands beside a server: the database as it runs, or run for as long as a command takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from alongside.app.opening import NAME
from alongside.kit.errors import Unavailable
from alongside.kit.settings import Settings, revealed
from alongside.storage import Logins, logins_of_url
from alongside.storage.embedded import EmbeddedPostgres, running_logins


@asynccontextmanager
async def reached(settings: Settings) -> AsyncIterator[Logins]:
    """The ways into an installation's database. One's own has to run; an embedded one that does not is started.

    Raises Unavailable where there is none yet."""
    if settings.database_url:
        yield logins_of_url(settings.database_url.get_secret_value(), revealed(settings.migration_url))
        return
    try:
        logins = running_logins(settings.data_dir, NAME)
    except Unavailable:
        if not (settings.data_dir / "postgres").exists():
            raise
    else:
        yield logins
        return
    async with EmbeddedPostgres(settings.data_dir, settings) as postgres:
        yield postgres.logins(NAME)
