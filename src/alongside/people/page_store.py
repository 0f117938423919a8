"""The table `page_view`."""

from datetime import datetime
from uuid import UUID

from alongside.people.model import PageView
from alongside.storage import Connection, fetch


async def renew_last(connection: Connection, workspace_id: UUID, person_id: UUID, view: PageView) -> bool:
    """Whether the person's last view is of the same page on the same device; it then happened now."""
    status = await connection.execute(
        """
        update page_view set viewed_at = $5, title = $6
         where workspace_id = $1 and device_id = $3 and url = $4 and page_view_id = (
               select page_view_id from page_view where workspace_id = $1 and person_id = $2
                order by viewed_at desc, page_view_id desc limit 1)
        """,
        workspace_id, person_id, view.device_id, view.url, view.viewed_at, view.title,
    )  # fmt: skip
    return bool(status == "UPDATE 1")


async def insert_view(connection: Connection, workspace_id: UUID, person_id: UUID, view: PageView) -> None:
    """A page looked at."""
    await connection.execute(
        "insert into page_view (workspace_id, page_view_id, device_id, person_id, url, title, viewed_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        workspace_id, view.page_view_id, view.device_id, person_id, view.url, view.title, view.viewed_at,
    )  # fmt: skip


async def keep_last(connection: Connection, workspace_id: UUID, person_id: UUID, kept: int) -> None:
    """Delete all but a person's last views."""
    await connection.execute(
        """
        delete from page_view where workspace_id = $1 and page_view_id in (
               select page_view_id from page_view where workspace_id = $1 and person_id = $2
                order by viewed_at desc, page_view_id desc offset $3)
        """,
        workspace_id, person_id, kept,
    )  # fmt: skip


async def views_of(
    connection: Connection,
    workspace_id: UUID,
    person_id: UUID,
    limit: int,
    q: str | None = None,
    place: tuple[datetime, UUID] | None = None,
    *,
    oldest_first: bool = False,
) -> list[PageView]:
    """A person's views and those of the anonymous visitors they were, the latest first, from behind a place."""
    compare, order = (">", "asc") if oldest_first else ("<", "desc")
    sql = f"""
        select page_view_id, url, title, viewed_at, device_id from page_view
         where workspace_id = $1 and ($4::text is null or strpos(lower(url), $4) > 0 or strpos(lower(title), $4) > 0)
           and ($5::timestamptz is null or (viewed_at, page_view_id) {compare} ($5, $6::uuid))
           and (person_id = $2 or person_id in (
                select anonymous_person_id from person_join
                 where workspace_id = $1 and person_id = $2 and undone_at is null))
         order by viewed_at {order}, page_view_id {order} limit $3
    """
    at, view_id = place or (None, None)
    return await fetch(
        connection, PageView, sql, workspace_id, person_id, limit, q.lower() if q else None, at, view_id
    )
