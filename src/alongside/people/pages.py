"""What somebody looks at on the site, bounded: the last 200 pages of a person are kept."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from alongside.kit.ids import uuid7
from alongside.kit.paging import Page, decode_cursor, encode_cursor, page_of
from alongside.people import page_store
from alongside.people.addresses import safe_address, safe_title
from alongside.people.model import PageView, Visitor
from alongside.storage import Connection

KEPT = 200
PageOrder = Literal["-viewed_at", "viewed_at"]


class PageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which views to show. `q` is looked for in addresses and titles."""

    q: str | None = None
    sort: PageOrder = "-viewed_at"
    cursor: str | None = None
    limit: int = 50


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
    view = PageView(uuid7(), safe_address(url), safe_title(title), now, device_id)
    if not await page_store.renew_last(connection, workspace_id, person_id, view):
        await page_store.insert_view(connection, workspace_id, person_id, view)
        await page_store.keep_last(connection, workspace_id, person_id, KEPT)
    return view


async def listing(
    connection: Connection, workspace_id: UUID, person_id: UUID, query: PageQuery
) -> Page[PageView]:
    """A page of what a person looked at, before they said who they are included. Raises Invalid for a cursor of
    another list."""
    place = None
    if query.cursor:
        at, view_id = decode_cursor(query.cursor, query.sort, datetime, UUID)
        place = (at, view_id)
    found = await page_store.views_of(
        connection,
        workspace_id,
        person_id,
        query.limit + 1,
        query.q,
        place,
        oldest_first=query.sort == "viewed_at",
    )
    return page_of(
        found, query.limit, lambda last: encode_cursor(query.sort, last.viewed_at, last.page_view_id)
    )


async def present_page(connection: Connection, workspace_id: UUID, person_id: UUID) -> PageView | None:
    """The page a person looked at last."""
    return next(iter(await page_store.views_of(connection, workspace_id, person_id, 1)), None)
