"""What the team no longer needs is deleted, once a day."""

from datetime import datetime, timedelta
from uuid import UUID

from alongside.storage import Connection
from alongside.team import guessing, session_store

DEAD_SESSIONS_KEPT = timedelta(days=90)


async def tidy(connection: Connection, workspace_id: UUID, now: datetime) -> None:
    """Delete failed sign-ins that no longer count and sessions that ended three months ago."""
    await guessing.forget_old(connection, workspace_id, now)
    await session_store.delete_dead(connection, workspace_id, now - DEAD_SESSIONS_KEPT)
