"""What people's rows no longer need is deleted, once an hour."""

from datetime import datetime
from uuid import UUID

from alongside.people import join_store
from alongside.storage import Connection


async def tidy(connection: Connection, workspace_id: UUID, now: datetime) -> None:
    """Delete used identity tokens that have expired: nobody would accept them any more."""
    await join_store.delete_expired_tokens(connection, workspace_id, now)
