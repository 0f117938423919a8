"""Members of the team: adding, changing, listing, and never without an administrator."""

import asyncio

import pytest

from alongside.kit.actors import SYSTEM
from alongside.kit.errors import Conflict, Invalid, NotFound
from alongside.kit.ids import uuid7
from alongside.team import agents
from alongside.team.agents import AgentChange, AgentOrder, AgentQuery, NewAgent
from alongside.team.model import Agent
from tests.team.crew import NOON, Crew


async def change(crew: Crew, agent: Agent, wanted: AgentChange, password_hash: str | None = None) -> Agent:
    async with crew.transaction() as connection:
        _, after = await agents.change(
            connection, crew.workspace, SYSTEM, agent.agent_id, wanted, password_hash, NOON
        )
    return after


async def test_an_address_is_kept_in_lower_case_and_once(crew: Crew) -> None:
    ada = await crew.add("Ada")
    assert ada.email == "ada@luma.example"
    with pytest.raises(Conflict) as caught:
        await crew.add("ADA")
    assert (caught.value.code, caught.value.fields) == ("email_taken", {"email": "taken"})


@pytest.mark.parametrize("email", ["", "ada", "a@", "@b", "a b@c", "a\n@b", "x" * 250 + "@luma.example"])
async def test_what_is_no_address_is_refused(crew: Crew, email: str) -> None:
    new = NewAgent(email=email, name="Ada", role="agent", password="")
    async with crew.transaction() as connection:
        with pytest.raises(Invalid):
            await agents.add(connection, crew.workspace, SYSTEM, new, "none", NOON)


async def test_changing_leaves_alone_what_is_not_named(crew: Crew) -> None:
    ada = await crew.add("Ada")
    after = await change(crew, ada, AgentChange(name=" Ada  Byron "))
    assert (after.name, after.role, after.email, after.locale) == ("Ada Byron", "agent", ada.email, None)
    assert (await change(crew, ada, AgentChange(locale="de"))).name == "Ada Byron"


async def test_every_change_that_matters_is_audited_by_its_own_name(crew: Crew) -> None:
    await crew.add("Root", "administrator")
    ada = await crew.add("Ada")
    await change(crew, ada, AgentChange(role="supervisor"))
    await change(crew, ada, AgentChange(active=False))
    await change(crew, ada, AgentChange(active=True), password_hash="new")
    await change(crew, ada, AgentChange(name="Ada Byron"))
    await change(crew, ada, AgentChange(name="Ada Byron"))
    assert (await crew.audited())[2:] == [
        "agent.role_changed", "agent.deactivated", "agent.reactivated", "agent.password_set", "agent.changed",
    ]  # fmt: skip
    rows = await crew.rows("select detail from audit_entry where action = 'agent.role_changed'")
    assert rows == [{"detail": {"from": "agent", "to": "supervisor"}}]


async def test_the_last_administrator_stays_one(crew: Crew) -> None:
    root = await crew.add("Root", "administrator")
    for wanted in (AgentChange(role="agent"), AgentChange(active=False)):
        with pytest.raises(Conflict) as caught:
            await change(crew, root, wanted)
        assert caught.value.code == "last_administrator"
    await crew.add("Ada", "administrator")
    assert (await change(crew, root, AgentChange(role="agent"))).role == "agent"


async def test_a_deactivated_administrator_does_not_count(crew: Crew) -> None:
    root, ada = await crew.add("Root", "administrator"), await crew.add("Ada", "administrator")
    await change(crew, ada, AgentChange(active=False))
    with pytest.raises(Conflict):
        await change(crew, root, AgentChange(role="viewer"))


async def test_two_administrators_who_demote_each_other_at_once_do_not_both_succeed(crew: Crew) -> None:
    root, ada = await crew.add("Root", "administrator"), await crew.add("Ada", "administrator")
    done = await asyncio.gather(
        change(crew, root, AgentChange(role="agent")),
        change(crew, ada, AgentChange(role="agent")),
        return_exceptions=True,
    )
    assert len([one for one in done if isinstance(one, Conflict)]) == 1


async def test_nobody_cannot_be_changed(crew: Crew) -> None:
    async with crew.transaction() as connection:
        with pytest.raises(NotFound):
            await agents.change(connection, crew.workspace, SYSTEM, uuid7(), AgentChange(), None, NOON)


async def names(crew: Crew, query: AgentQuery) -> list[str]:
    async with crew.transaction() as connection:
        return [agent.name for agent in (await agents.listing(connection, crew.workspace, query)).items]


async def test_the_team_is_found_by_name_address_role_and_whether_active(crew: Crew) -> None:
    for name in ("Ada", "Ben", "Cleo"):
        await crew.add(name, "administrator" if name == "Cleo" else "agent")
    await change(crew, (await crew_member(crew, "Ben")), AgentChange(active=False))
    assert await names(crew, AgentQuery()) == ["Ada", "Cleo"]
    assert await names(crew, AgentQuery(active=False)) == ["Ben"]
    assert await names(crew, AgentQuery(active=None, q="B")) == ["Ben"]
    assert await names(crew, AgentQuery(q="cleo@")) == ["Cleo"]
    assert await names(crew, AgentQuery(role="administrator")) == ["Cleo"]


async def crew_member(crew: Crew, name: str) -> Agent:
    async with crew.transaction() as connection:
        page = await agents.listing(connection, crew.workspace, AgentQuery(q=name))
    return page.items[0]


@pytest.mark.parametrize("order", ["name", "-name", "created_at", "-created_at"])
async def test_every_order_pages_without_gap_or_repetition(crew: Crew, order: AgentOrder) -> None:
    for number in range(5):
        await crew.add(f"Agent {number}".replace(" ", "-"))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        async with crew.transaction() as connection:
            query = AgentQuery(sort=order, cursor=cursor, limit=2)
            page = await agents.listing(connection, crew.workspace, query)
        seen += [agent.name for agent in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 5
    if order.endswith("name"):
        assert seen == sorted(seen, reverse=order == "-name")
