"""Starting a conversation, once however often it is asked for."""

import asyncio

import pytest

from alongside.conversations import starting
from alongside.conversations.model import Page
from alongside.kit.errors import Conflict, Misconfigured
from alongside.kit.ids import uuid7
from tests.conversations.scene import Scene


async def test_a_conversation_begins_with_the_concierge_and_the_page_it_was_started_from(
    scene: Scene,
) -> None:
    talk = uuid7()
    page = Page("https://luma.example/tariffs", "Tariffs")
    place = await scene.do(starting.start, scene.customer.id, talk, page=page)
    [entry] = await scene.entries(talk)
    assert (entry.seq, entry.kind, entry.author, entry.at) == (1, "started", scene.customer, place.at)
    assert entry.body == {"page": {"url": "https://luma.example/tariffs", "title": "Tariffs"}}
    assert (await scene.row(talk)).held_by == "concierge"
    rows = await scene.sql("select type, payload from outbox where workspace_id = $1 order by outbox_id")
    assert [row["type"] for row in rows] == ["entries_appended", "conversation_started"]
    assert rows[0]["payload"]["ranges"] == [[str(talk), 1, 1]]


async def test_starting_at_once_from_two_tabs_starts_once(scene: Scene) -> None:
    talk = uuid7()
    places = await asyncio.gather(*(scene.do(starting.start, scene.customer.id, talk) for _ in range(5)))
    assert {place.seq for place in places} == {1}
    assert sorted(place.duplicate for place in places) == [False, True, True, True, True]
    assert await scene.kinds(talk) == ["started"]


async def test_an_id_that_is_somebody_elses_is_a_conflict(scene: Scene) -> None:
    talk, stranger = await scene.started(), await scene.person()
    with pytest.raises(Conflict):
        await scene.do(starting.start, stranger.id, talk)


async def test_a_channel_without_an_inbox_is_a_matter_of_settings(scene: Scene) -> None:
    with pytest.raises(Misconfigured, match="inbox"):
        await scene.do(starting.start, scene.customer.id, uuid7(), channel="sms")
