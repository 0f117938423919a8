"""Visitors of Luma's site, for tests of what happens when they say who they are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from alongside.people import devices, identifying, identity_tokens
from alongside.people.identifying import Identified
from alongside.people.model import NewDevice, Visitor
from alongside.storage import Database
from tests.people.site import AUDIENCE, NOON, SECRET, signed


class Visits:
    """Luma's visitors in one workspace."""

    def __init__(self, database: Database, workspace: UUID) -> None:
        self.database = database
        self.workspace = workspace

    async def device(self, now: datetime = NOON) -> NewDevice:
        """Somebody new."""
        async with self.database.transaction(self.workspace) as connection:
            return await devices.register(connection, self.workspace, now)

    async def identify(
        self, device_token: str, jwt: str | None = None, now: datetime = NOON, **claims: Any
    ) -> Identified:
        """The device says who its visitor is, with this token or a new one with these claims."""
        token = jwt if jwt is not None else signed(now, **claims)
        told = identity_tokens.verify(token, [SECRET.encode()], AUDIENCE, now)
        async with self.database.transaction(self.workspace) as connection:
            return await identifying.identify(connection, self.workspace, device_token, token, told, now)

    async def visitor(self, token: str) -> Visitor:
        """Whose token this is. Raises Unauthenticated."""
        async with self.database.read(self.workspace) as connection:
            return await devices.authenticate(connection, self.workspace, token)

    async def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """What the database holds."""
        async with self.database.read(self.workspace) as connection:
            return [dict(row) for row in await connection.fetch(sql, *args)]
