"""The tables `workspace` and `inbox`."""

from datetime import datetime
from uuid import UUID

import msgspec

from alongside.storage import Connection, fetch, fetch_one, fetch_optional
from alongside.workspaces.model import Workspace


class Inbox(msgspec.Struct, frozen=True):
    """A configured account of a channel."""

    inbox_id: UUID
    channel: str
    name: str
    created_at: datetime


async def insert_workspace(connection: Connection, workspace: Workspace) -> None:
    """A new workspace; the transaction is in it already. Raises Conflict if the slug is taken."""
    await connection.execute(
        "insert into workspace (workspace_id, slug, name, locale, brand_colour, allowed_origins, concierge_name,"
        " greeting, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        workspace.workspace_id, workspace.slug, workspace.name, workspace.locale, workspace.brand_colour,
        workspace.allowed_origins, workspace.concierge_name, workspace.greeting, workspace.created_at,
    )  # fmt: skip


async def workspace_by_id(connection: Connection, workspace_id: UUID, *, lock: bool = False) -> Workspace:
    """The workspace that the transaction is in; locked until it ends if wished. Raises NotFound."""
    sql = "select * from workspace where workspace_id = $1" + (" for update" if lock else "")
    return await fetch_one(connection, Workspace, sql, workspace_id)


async def update_workspace(connection: Connection, workspace: Workspace) -> None:
    """The workspace is like this now."""
    await connection.execute(
        "update workspace set name = $2, locale = $3, brand_colour = $4, allowed_origins = $5,"
        " concierge_name = $6, greeting = $7 where workspace_id = $1",
        workspace.workspace_id, workspace.name, workspace.locale, workspace.brand_colour,
        workspace.allowed_origins, workspace.concierge_name, workspace.greeting,
    )  # fmt: skip


async def insert_inbox(connection: Connection, workspace_id: UUID, inbox: Inbox) -> None:
    """A new inbox."""
    await connection.execute(
        "insert into inbox (workspace_id, inbox_id, channel, name, created_at) values ($1, $2, $3, $4, $5)",
        workspace_id, inbox.inbox_id, inbox.channel, inbox.name, inbox.created_at,
    )  # fmt: skip


async def inboxes_of(connection: Connection, workspace_id: UUID) -> list[Inbox]:
    """The inboxes of a workspace, the oldest first."""
    sql = "select inbox_id, channel, name, created_at from inbox where workspace_id = $1 order by created_at, inbox_id"
    return await fetch(connection, Inbox, sql, workspace_id)


async def first_inbox(connection: Connection, workspace_id: UUID, channel: str) -> Inbox | None:
    """The oldest inbox of a channel."""
    sql = """
        select inbox_id, channel, name, created_at from inbox
         where workspace_id = $1 and channel = $2 order by created_at, inbox_id limit 1
    """
    return await fetch_optional(connection, Inbox, sql, workspace_id, channel)
