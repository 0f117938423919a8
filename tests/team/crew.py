"""Luma's team, for tests."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from alongside.kit.actors import SYSTEM
from alongside.storage import Connection, Database
from alongside.team import agents, sessions
from alongside.team.agents import NewAgent
from alongside.team.model import Agent, NewSession, Role

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = "three-lamps-and-a-kettle"


class Crew:
    """Members of a workspace's team."""

    def __init__(self, database: Database, workspace: UUID) -> None:
        self.database = database
        self.workspace = workspace

    async def add(
        self, name: str, role: Role = "agent", password_hash: str = "none", now: datetime = NOON
    ) -> Agent:
        """Somebody new, `<name>@luma.example`."""
        new = NewAgent(email=f"{name.lower()}@luma.example", name=name, role=role, password="")
        async with self.database.transaction(self.workspace) as connection:
            return await agents.add(connection, self.workspace, SYSTEM, new, password_hash, now)

    async def sign_in(self, agent: Agent, now: datetime = NOON, user_agent: str = "Firefox") -> NewSession:
        """A session, without asking for a password."""
        async with self.database.transaction(self.workspace) as connection:
            return await sessions.begin(connection, self.workspace, agent, user_agent, now)

    async def audited(self) -> list[str]:
        """The actions in the audit, in their order."""
        async with self.database.read(self.workspace) as connection:
            rows = await connection.fetch("select action from audit_entry order by at, audit_entry_id")
        return [row["action"] for row in rows]

    async def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """What the database holds."""
        async with self.database.read(self.workspace) as connection:
            return [dict(row) for row in await connection.fetch(sql, *args)]

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction in the workspace."""
        return self.database.transaction(self.workspace)
