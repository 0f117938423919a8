"""What somebody looks at on the site, bounded: the last 200 pages of a person are kept."""

from datetime import datetime
from uuid import UUID

from alongside.kit.ids import uuid7
from alongside.people import page_store
from alongside.people.addresses import safe_address, safe_title
from alongside.people.model import PageView, Visitor
from alongside.storage import Connection

KEPT = 200


async def record(connection: Connection, visitor: Visitor, url: str, title: str, now: datetime) -> PageView:
    """The visitor looks at this page now. Gives the view as it is kept, its address without secrets. The same
    page again (a reload) renews the last view. Raises Invalid for what is no address of a web page."""
    return await record_for(
        connection, visitor.workspace_id, visitor.device_id, visitor.person_id, url, title, now
    )


async def record_for(
    connection: Connection,
    workspace_id: UUID,
    device_id: UUID,
    person_id: UUID,
    url: str,
    title: str,
    now: datetime,
) -> PageView:
    """As `record`, for who knows the device and its person only by their ids, such as a socket."""
    view = PageView(safe_address(url), safe_title(title), now, device_id)
    if not await page_store.renew_last(connection, workspace_id, person_id, view):
        await page_store.insert_view(connection, workspace_id, uuid7(), person_id, view)
        await page_store.keep_last(connection, workspace_id, person_id, KEPT)
    return view


async def last_pages(
    connection: Connection,
    workspace_id: UUID,
    person_id: UUID,
    limit: int = 50,
    before: datetime | None = None,
) -> list[PageView]:
    """What a person looked at, the latest first, before they said who they are included."""
    return await page_store.views_of(connection, workspace_id, person_id, limit, before)


async def present_page(connection: Connection, workspace_id: UUID, person_id: UUID) -> PageView | None:
    """The page a person looked at last."""
    return next(iter(await page_store.views_of(connection, workspace_id, person_id, 1, None)), None)
