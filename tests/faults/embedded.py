"""The PostgreSQL that a server brings along, looked into from outside."""

from pathlib import Path

import asyncpg

from alongside.storage.embedded.server import running_logins
from tests.faults.cluster import DATABASE


class Embedded:
    """Of the server that runs on this data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data

    async def connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection on the workspace's side of the fence: sees every row of it."""
        connection = await asyncpg.connect(running_logins(self._data, DATABASE).server.url)
        workspace_id = await connection.fetchval("select alongside.workspace_ids()")
        await connection.execute("select set_config('alongside.workspace', $1, false)", str(workspace_id))
        return connection
