"""The audit: what was done, found again."""

from datetime import timedelta

import pytest

from alongside.kit.actors import SYSTEM, agent
from alongside.kit.errors import Invalid
from alongside.kit.paging import Page
from alongside.team import audit
from alongside.team.audit import AuditEntry, AuditQuery, Order
from tests.team.crew import NOON, Crew


async def listed(crew: Crew, query: AuditQuery) -> Page[AuditEntry]:
    async with crew.transaction() as connection:
        return await audit.listing(connection, crew.workspace, query)


async def five_deeds(crew: Crew) -> None:
    ada = await crew.add("Ada", now=NOON)
    async with crew.transaction() as connection:
        for minute, action in enumerate(
            ("session.signed_in", "agent.changed", "session.ended", "sessions.odd"), 1
        ):
            at = NOON + timedelta(minutes=minute)
            who = agent(ada.agent_id) if minute % 2 else SYSTEM
            await audit.record(connection, crew.workspace, who, action, ("agent", ada.agent_id), now=at)


async def test_entries_are_listed_with_names_the_latest_first(crew: Crew) -> None:
    await five_deeds(crew)
    entries = (await listed(crew, AuditQuery())).items
    assert [entry.action for entry in entries] == [
        "sessions.odd", "session.ended", "agent.changed", "session.signed_in", "agent.added",
    ]  # fmt: skip
    assert (entries[1].actor_kind, entries[1].actor_name, entries[1].subject_name) == ("agent", "Ada", "Ada")
    assert (entries[0].actor_kind, entries[0].actor_name) == ("system", None)


async def test_entries_are_found_by_action_kind_actor_subject_and_time(crew: Crew) -> None:
    await five_deeds(crew)
    entries = (await listed(crew, AuditQuery())).items
    ada = entries[0].subject_id

    async def actions(query: AuditQuery) -> list[str]:
        return [entry.action for entry in (await listed(crew, query)).items]

    assert await actions(AuditQuery(action="session.")) == ["session.ended", "session.signed_in"]
    assert await actions(AuditQuery(action="session")) == []
    assert await actions(AuditQuery(action="agent.added")) == ["agent.added"]
    assert await actions(AuditQuery(actor_id=ada)) == ["session.ended", "session.signed_in"]
    assert len(await actions(AuditQuery(subject_id=ada))) == 5
    between = AuditQuery(since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=3))
    assert await actions(between) == ["agent.changed", "session.signed_in"]


@pytest.mark.parametrize("order", ["-at", "at"])
async def test_both_orders_page_without_gap_or_repetition(crew: Crew, order: Order) -> None:
    await five_deeds(crew)
    seen: list[AuditEntry] = []
    cursor: str | None = None
    while True:
        page = await listed(crew, AuditQuery(sort=order, cursor=cursor, limit=2))
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len({entry.audit_entry_id for entry in seen}) == len(seen) == 5
    assert [entry.at for entry in seen] == sorted((entry.at for entry in seen), reverse=order == "-at")


async def test_a_forged_cursor_is_refused(crew: Crew) -> None:
    for cursor in ("x", "W10", "WyItYXQiLDEsMl0"):
        with pytest.raises(Invalid):
            await listed(crew, AuditQuery(cursor=cursor))
