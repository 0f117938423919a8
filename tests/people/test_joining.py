"""A join is an edge, and can be undone exactly."""

from datetime import timedelta
from uuid import UUID

import pytest

from alongside.kit.errors import NotFound
from alongside.people import joining, pages, profiles
from alongside.people.identifying import Identified
from alongside.people.pages import PageQuery
from tests.people.site import NOON
from tests.people.visits import Visits


async def urls(visits: Visits, person_id: UUID) -> list[str]:
    async with visits.database.read(visits.workspace) as connection:
        found = await pages.listing(connection, visits.workspace, person_id, PageQuery())
    return [view.url for view in found.items]


async def look(visits: Visits, token: str, url: str, minute: int) -> None:
    visitor = await visits.visitor(token)
    async with visits.database.transaction(visits.workspace) as connection:
        await pages.record(connection, visitor, url, "", NOON + timedelta(minutes=minute))


async def undo(visits: Visits, done: Identified) -> None:
    assert done.join is not None
    async with visits.database.transaction(visits.workspace) as connection:
        await joining.undo(connection, visits.workspace, done.join.person_join_id, NOON)


async def test_what_an_anonymous_visitor_looked_at_is_hers_once_we_know_her(visits: Visits) -> None:
    device = await visits.device()
    await look(visits, device.token, "https://luma.example/before", 1)
    done = await visits.identify(device.token)
    assert done.token is not None
    await look(visits, done.token, "https://luma.example/after", 2)
    assert await urls(visits, done.person.person_id) == [
        "https://luma.example/after",
        "https://luma.example/before",
    ]


async def test_undoing_gives_back_the_device_and_the_pages_and_nothing_else(visits: Visits) -> None:
    device = await visits.device()
    await look(visits, device.token, "https://luma.example/before", 1)
    done = await visits.identify(device.token)
    assert done.token is not None
    await look(visits, done.token, "https://luma.example/after", 2)
    await undo(visits, done)
    visitor = await visits.visitor(done.token)
    assert (visitor.person_id, visitor.verified) == (device.person.person_id, False)
    assert await urls(visits, device.person.person_id) == ["https://luma.example/before"]
    assert await urls(visits, done.person.person_id) == ["https://luma.example/after"]


async def test_a_device_that_changed_hands_since_is_not_given_back(visits: Visits) -> None:
    mara = await visits.identify((await visits.device()).token, sub="mara")
    assert mara.token is not None
    ben = await visits.identify(mara.token, sub="ben")
    await undo(visits, mara)
    assert ben.token is not None
    assert (await visits.visitor(ben.token)).person_id == ben.person.person_id


async def test_a_join_is_undone_once(visits: Visits) -> None:
    done = await visits.identify((await visits.device()).token)
    await undo(visits, done)
    with pytest.raises(NotFound):
        await undo(visits, done)


async def test_who_was_parted_can_say_again_who_they_are(visits: Visits) -> None:
    device = await visits.device()
    first = await visits.identify(device.token)
    await undo(visits, first)
    assert first.token is not None
    again = await visits.identify(first.token)
    assert again.join is not None
    assert again.join.anonymous_person_id == device.person.person_id


async def test_both_are_announced_in_the_transaction(visits: Visits) -> None:
    done = await visits.identify((await visits.device()).token)
    await undo(visits, done)
    kinds = [row["type"] for row in await visits.rows("select type from outbox")]
    assert sorted(kinds) == ["join_undone", "person_joined"]


async def test_a_profile_shows_who_somebody_was_and_who_they_turned_out_to_be(visits: Visits) -> None:
    device = await visits.device()
    done = await visits.identify(device.token, name="Mara", email="m@example.com", email_verified=True)
    async with visits.database.read(visits.workspace) as connection:
        mara = await profiles.find(connection, visits.workspace, done.person.person_id)
        before = await profiles.find(connection, visits.workspace, device.person.person_id)
    assert [join.anonymous_person_id for join in mara.joins] == [device.person.person_id]
    assert (mara.person.email, mara.person.verified, mara.devices) == ("m@example.com", True, 1)
    assert [(one.kind, one.strength) for one in mara.identities] == [
        ("external", "verified"),
        ("email", "verified"),
    ]
    assert (before.joined_to, before.devices) == (done.person.person_id, 0)
