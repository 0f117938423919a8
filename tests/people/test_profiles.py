"""The list of people: found, filtered, sorted, paged."""

from datetime import timedelta

import pytest

from alongside.kit.errors import Invalid, NotFound
from alongside.kit.ids import uuid7
from alongside.kit.paging import Page
from alongside.people import profiles
from alongside.people.model import PersonLine
from alongside.people.profiles import PersonOrder, PersonQuery
from tests.people.site import NOON
from tests.people.visits import Visits

NAMES = ["Ada", "Ben", "Cleo", "Dora"]


async def listed(visits: Visits, query: PersonQuery) -> Page[PersonLine]:
    async with visits.database.read(visits.workspace) as connection:
        return await profiles.listing(connection, visits.workspace, query)


async def four_customers_and_a_stranger(visits: Visits) -> None:
    for number, name in enumerate(NAMES):
        now = NOON + timedelta(hours=number)
        device = await visits.device(now)
        claims = {"email": f"{name.lower()}@example.com", "phone_number": f"+4917000000{number}"}
        await visits.identify(device.token, now=now, sub=f"c-{number}", name=name, **claims)
    await visits.device(NOON + timedelta(hours=9))


async def test_an_anonymous_visitor_who_joined_is_not_shown_twice(visits: Visits) -> None:
    await four_customers_and_a_stranger(visits)
    lines = (await listed(visits, PersonQuery())).items
    assert [line.name for line in lines] == [None, *reversed(NAMES)]
    assert [line.verified for line in lines] == [False, True, True, True, True]


@pytest.mark.parametrize("order", ["-seen_at", "seen_at", "-created_at", "created_at", "name", "-name"])
async def test_every_order_pages_without_gap_or_repetition(visits: Visits, order: PersonOrder) -> None:
    await four_customers_and_a_stranger(visits)
    seen: list[PersonLine] = []
    cursor: str | None = None
    while True:
        page = await listed(visits, PersonQuery(sort=order, cursor=cursor, limit=2))
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    column = order.lstrip("-")
    places = [(getattr(line, column) or "", line.person_id) for line in seen]
    assert len(seen) == 5
    assert places == sorted(places, reverse=order.startswith("-"))


async def test_people_are_found_by_name_address_number_and_the_site_s_id(visits: Visits) -> None:
    await four_customers_and_a_stranger(visits)
    for words, name in (("cle", "Cleo"), ("BEN@", "Ben"), ("+49170000003", "Dora"), ("c-0", "Ada")):
        assert [line.name for line in (await listed(visits, PersonQuery(q=words))).items] == [name]
    assert (await listed(visits, PersonQuery(q="%"))).items == []


async def test_people_are_filtered_by_proof_and_by_when_they_were_seen(visits: Visits) -> None:
    await four_customers_and_a_stranger(visits)
    assert [line.name for line in (await listed(visits, PersonQuery(verified=False))).items] == [None]
    since = PersonQuery(verified=True, since=NOON + timedelta(hours=2))
    assert [line.name for line in (await listed(visits, since)).items] == ["Dora", "Cleo"]


async def test_a_cursor_is_good_for_its_own_order_only(visits: Visits) -> None:
    await four_customers_and_a_stranger(visits)
    cursor = (await listed(visits, PersonQuery(limit=1))).next_cursor
    with pytest.raises(Invalid):
        await listed(visits, PersonQuery(sort="name", cursor=cursor))


async def test_nobody_is_not_found(visits: Visits) -> None:
    async with visits.database.read(visits.workspace) as connection:
        with pytest.raises(NotFound):
            await profiles.find(connection, visits.workspace, uuid7())


async def test_the_newest_are_read_in_their_order_whoever_else_there_is(visits: Visits) -> None:
    await four_customers_and_a_stranger(visits)
    async with visits.database.read(visits.workspace) as connection:
        await connection.execute("set local enable_seqscan = off; set local enable_sort = off")
        sql = profiles.sql_of(PersonQuery())
        plan = await connection.fetch("explain " + sql, visits.workspace, *[None] * 5, 51)
    assert "Index Scan using person_seen" in "\n".join(row[0] for row in plan)
