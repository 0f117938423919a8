"""The desk's lists."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from alongside.conversations import accepting, assigning, closing, handing_over, listing, sending
from alongside.conversations.listing import Counts, Sort, Wanted
from alongside.conversations.model import Summary
from alongside.kit.errors import Invalid
from alongside.kit.ids import uuid7
from alongside.kit.paging import Page
from tests.conversations.scene import Scene


async def listed(scene: Scene, **wanted: Any) -> list[UUID]:
    page = await scene.ask(listing.listed, scene.agent.id, Wanted(**wanted))
    return [each.conversation_id for each in page.items]


async def every_page(scene: Scene, wanted: Wanted) -> list[UUID]:
    found: list[UUID] = []
    page: Page[Summary] | None = None
    while page is None or page.next_cursor:
        cursor = page.next_cursor if page else None
        page = await scene.ask(listing.listed, scene.agent.id, msgspec.structs.replace(wanted, cursor=cursor))
        assert len(page.items) <= wanted.limit
        found += [each.conversation_id for each in page.items]
    return found


async def test_each_view_shows_its_own(scene: Scene) -> None:
    at_the_concierge, queued, mine, closed = [await scene.started() for _ in range(4)]
    for talk in (queued, mine, closed):
        await scene.do(handing_over.hand_over, scene.customer, talk, uuid7(), "asked")
    for talk in (mine, closed):
        await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    await scene.do(closing.close, scene.agent, closed, uuid7())
    assert await listed(scene, view="unassigned") == [queued]
    assert await listed(scene, view="mine") == [closed, mine]
    assert await listed(scene, view="mine", status="open") == [mine]
    assert set(await listed(scene)) == {at_the_concierge, queued, mine, closed}
    assert await listed(scene, assignee_id=scene.second.id) == []
    assert await scene.ask(listing.counted, scene.agent.id) == Counts(mine=1, unassigned=1, all=3)
    assert await scene.ask(listing.counted, scene.second.id) == Counts(mine=0, unassigned=1, all=3)


async def test_words_are_looked_for_in_the_customers_name_identifiers_and_the_last_message(
    scene: Scene,
) -> None:
    mara, jonas = await scene.started(), await scene.started(await scene.person("Jonas Weber"))
    await scene.journal.append(scene.workspace_id, scene.says(mara, scene.customer, "My bill is 100% wrong"))
    await scene.sql(
        "insert into identity (workspace_id, identity_id, person_id, kind, value, strength)"
        " values ($1, $2, $3, 'email', 'mara.k@example.org', 'claimed')",
        uuid7(),
        scene.customer.id,
    )
    found = {
        q: await listed(scene, q=q)
        for q in ("jonas web", "MARA", "k@example", "100%", "10_%", "bill mara", "xyz")
    }
    assert found == {
        "jonas web": [jonas], "MARA": [mara], "k@example": [mara], "100%": [mara], "10_%": [],
        "bill mara": [mara], "xyz": [],
    }  # fmt: skip


async def many(scene: Scene, count: int) -> list[UUID]:
    talks = [await scene.started() for _ in range(count)]
    for n, talk in enumerate(talks):
        if n % 3:
            await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer, f"{n}"))
    await scene.sql(  # many share their moment
        "update conversation set last_entry_at = date_trunc('second', last_entry_at),"
        " created_at = date_trunc('second', created_at) where workspace_id = $1"
    )
    return talks


@pytest.mark.parametrize("sort", ["newest", "waiting", "created"])
async def test_the_pages_of_a_list_hold_everything_once_in_its_order(scene: Scene, sort: Sort) -> None:
    talks = await many(scene, 25)
    whole = await listed(scene, sort=sort, limit=200)
    assert await every_page(scene, Wanted(sort=sort, limit=4)) == whole
    assert sorted(whole) == sorted(talks)


async def test_who_has_waited_longest_comes_first_and_who_does_not_wait_last(scene: Scene) -> None:
    first, second, answered = [await scene.started() for _ in range(3)]
    for talk in (first, answered, second, first):
        await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer))
    await scene.do(sending.send, scene.says(answered, scene.agent))
    assert await listed(scene, sort="waiting") == [first, second, answered]


async def test_rows_that_change_between_two_pages_cost_no_other_row_its_place(scene: Scene) -> None:
    talks = await many(scene, 20)
    chance = random.Random(1)
    moved: set[UUID] = set()
    seen: list[UUID] = []
    wanted = Wanted(limit=3)
    while True:
        page = await scene.ask(listing.listed, scene.agent.id, wanted)
        seen += [each.conversation_id for each in page.items]
        if page.next_cursor is None:
            break
        wanted = msgspec.structs.replace(wanted, cursor=page.next_cursor)
        talk = chance.choice(talks)
        moved.add(talk)
        await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer))
    assert len(seen) == len(set(seen))
    assert set(talks) - set(seen) <= moved


async def test_a_cursor_of_another_order_or_of_nothing_is_refused(scene: Scene) -> None:
    await many(scene, 4)
    page = await scene.ask(listing.listed, scene.agent.id, Wanted(limit=2))
    for wanted in (Wanted(sort="created", cursor=page.next_cursor), Wanted(cursor="eyJ"), Wanted(cursor="ü")):
        with pytest.raises(Invalid) as refused:
            await scene.ask(listing.listed, scene.agent.id, wanted)
        assert "cursor" in refused.value.fields


async def test_a_persons_list_is_theirs_alone_newest_first(scene: Scene) -> None:
    first, second = await scene.started(), await scene.started()
    await scene.started(await scene.person())
    await scene.journal.append(scene.workspace_id, scene.says(first, scene.customer, "again"))
    own = await scene.ask(listing.own, scene.customer.id)
    assert [(each.conversation_id, each.preview) for each in own] == [(first, "again"), (second, "")]
    assert own[0].last_entry_at - own[1].last_entry_at > timedelta(0)
    assert await listed(scene, person_id=scene.customer.id) == [first, second]


async def test_a_summary_names_the_customer_and_the_assignee(scene: Scene) -> None:
    talk = await scene.started()
    await scene.sql(
        "insert into identity (workspace_id, identity_id, person_id, kind, value, strength)"
        " values ($1, $2, $3, 'external', 'c-1', 'verified')",
        uuid7(),
        scene.customer.id,
    )
    await scene.do(assigning.assign, scene.agent, talk, uuid7(), scene.second.id)
    summary = await scene.summary(talk)
    assert (summary.person.name, summary.person.verified, summary.channel) == ("Mara", True, "web")
    assert summary.assignee
    assert (summary.assignee.agent_id, summary.assignee.name) == (scene.second.id, "Ben")
