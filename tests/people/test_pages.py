"""What visitors look at: the present page, and a bounded number of earlier ones."""

from datetime import timedelta
from uuid import UUID

import pytest

from alongside.kit.errors import Invalid
from alongside.kit.ids import uuid7
from alongside.people import pages
from alongside.people.model import PageView
from alongside.people.pages import KEPT, PageOrder, PageQuery
from tests.people.site import NOON
from tests.people.visits import Visits


async def look(visits: Visits, token: str, *paths: str, first: int = 0) -> UUID:
    visitor = await visits.visitor(token)
    async with visits.database.transaction(visits.workspace) as connection:
        for minute, path in enumerate(paths, first):
            at = NOON + timedelta(minutes=minute)
            await pages.record(connection, visitor, f"https://luma.example/{path}", path.title(), at)
    return visitor.person_id


async def listed(visits: Visits, person_id: UUID, query: PageQuery) -> tuple[list[PageView], str | None]:
    async with visits.database.read(visits.workspace) as connection:
        page = await pages.listing(connection, visits.workspace, person_id, query)
    return page.items, page.next_cursor


async def test_the_present_page_is_the_latest(visits: Visits) -> None:
    person_id = await look(visits, (await visits.device()).token, "tariffs", "bills")
    async with visits.database.read(visits.workspace) as connection:
        present = await pages.present_page(connection, visits.workspace, person_id)
        nobodys = await pages.present_page(connection, visits.workspace, uuid7())
    assert present is not None
    assert (present.url, present.title) == ("https://luma.example/bills", "Bills")
    assert nobodys is None


async def test_loading_the_same_page_again_renews_the_view(visits: Visits) -> None:
    person_id = await look(visits, (await visits.device()).token, "bills", "bills", "tariffs", "bills")
    views, _ = await listed(visits, person_id, PageQuery())
    assert [view.title for view in views] == ["Bills", "Tariffs", "Bills"]
    assert [view.viewed_at - NOON for view in views] == [timedelta(minutes=m) for m in (3, 2, 1)]


async def test_the_last_two_hundred_views_are_kept(visits: Visits) -> None:
    token = (await visits.device()).token
    person_id = await look(visits, token, *(f"page-{number}" for number in range(KEPT + 15)))
    rows = await visits.rows("select url from page_view where person_id = $1 order by viewed_at", person_id)
    assert len(rows) == KEPT
    assert rows[0]["url"].endswith("/page-15")


async def test_views_are_paged_in_both_orders_without_gap_or_repetition(visits: Visits) -> None:
    person_id = await look(visits, (await visits.device()).token, *(f"page-{number}" for number in range(7)))
    orders: list[PageOrder] = ["-viewed_at", "viewed_at"]
    for order in orders:
        seen: list[str] = []
        cursor: str | None = None
        while True:
            views, cursor = await listed(visits, person_id, PageQuery(sort=order, cursor=cursor, limit=3))
            seen += [view.url for view in views]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 7
        assert seen == sorted(seen, reverse=order == "-viewed_at")


async def test_views_are_found_by_words_in_address_or_title(visits: Visits) -> None:
    person_id = await look(visits, (await visits.device()).token, "tariffs", "bills")
    views, _ = await listed(visits, person_id, PageQuery(q="BILL"))
    assert [view.title for view in views] == ["Bills"]


async def test_a_cursor_of_another_order_is_refused(visits: Visits) -> None:
    person_id = await look(visits, (await visits.device()).token, "a", "b")
    _, cursor = await listed(visits, person_id, PageQuery(limit=1))
    for wrong in (cursor, "!!!", "AAAA", "é"):
        with pytest.raises(Invalid):
            await listed(visits, person_id, PageQuery(sort="viewed_at", cursor=wrong))


async def test_an_address_is_kept_without_its_secrets(visits: Visits) -> None:
    visitor = await visits.visitor((await visits.device()).token)
    async with visits.database.transaction(visits.workspace) as connection:
        view = await pages.record(connection, visitor, "https://u:p@luma.example/x?token=abc", "", NOON)
    assert view.url == "https://luma.example/x"
    assert [row["url"] for row in await visits.rows("select url from page_view")] == [view.url]
