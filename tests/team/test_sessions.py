"""Sessions of agents: alive for two weeks after their last use, seen and ended."""

from datetime import timedelta

import pytest

from alongside.kit.errors import NotFound, Unauthenticated
from alongside.kit.ids import uuid7
from alongside.team import sessions, tidying
from alongside.team.agents import AgentChange
from alongside.team.agents import change as change_agent
from alongside.team.model import SESSION_LIFE, SignedIn
from tests.team.crew import NOON, Crew

MINUTE = timedelta(minutes=1)


async def whose(crew: Crew, token: str, now: timedelta = timedelta()) -> SignedIn:
    async with crew.transaction() as connection:
        return await sessions.authenticate(connection, crew.workspace, token, NOON + now)


async def test_a_token_tells_who_is_signed_in_and_is_stored_nowhere(crew: Crew) -> None:
    ada = await crew.add("Ada", "supervisor")
    session = await crew.sign_in(ada)
    signed_in = await whose(crew, session.token)
    assert signed_in == session.signed_in
    assert (signed_in.name, signed_in.role) == ("Ada", "supervisor")
    stored = (await crew.rows("select * from agent_session"))[0]
    assert not [value for value in stored.values() if value in (session.token, session.token.encode())]


async def test_a_session_ends_two_weeks_after_it_was_last_used(crew: Crew) -> None:
    session = await crew.sign_in(await crew.add("Ada"))
    later = timedelta(days=10)
    signed_in = await whose(crew, session.token, later)
    async with crew.transaction() as connection:
        await sessions.seen(connection, signed_in, NOON + later)
    assert (
        await whose(crew, session.token, later + SESSION_LIFE - MINUTE)
    ).expires_at == NOON + later + SESSION_LIFE
    with pytest.raises(Unauthenticated):
        await whose(crew, session.token, later + SESSION_LIFE)


async def test_use_is_noted_every_five_minutes_only(crew: Crew) -> None:
    session = await crew.sign_in(await crew.add("Ada"))
    for minutes, noted in ((4, 0), (5, 5), (9, 5)):
        signed_in = await whose(crew, session.token, minutes * MINUTE)
        async with crew.transaction() as connection:
            await sessions.seen(connection, signed_in, NOON + minutes * MINUTE)
        assert (await whose(crew, session.token, minutes * MINUTE)).seen_at == NOON + noted * MINUTE


async def test_a_deactivated_agent_is_signed_in_nowhere(crew: Crew) -> None:
    await crew.add("Root", "administrator")
    ada = await crew.add("Ada")
    session = await crew.sign_in(ada)
    async with crew.transaction() as connection:
        change = AgentChange(active=False)
        await change_agent(
            connection, crew.workspace, session.signed_in.actor, ada.agent_id, change, None, NOON
        )
    with pytest.raises(Unauthenticated):
        await whose(crew, session.token)


async def test_one_s_sessions_are_listed_the_last_used_first(crew: Crew) -> None:
    ada, ben = await crew.add("Ada"), await crew.add("Ben")
    await crew.sign_in(ben, user_agent="Ben's")
    await crew.sign_in(ada, NOON - 15 * timedelta(days=1), "long ago")
    old = await crew.sign_in(ada, NOON - MINUTE, "phone")
    await crew.sign_in(ada, NOON, "laptop")
    async with crew.transaction() as connection:
        mine = await sessions.mine(connection, old.signed_in, NOON)
    assert [one.user_agent for one in mine] == ["laptop", "phone"]


async def test_nobody_ends_another_s_session(crew: Crew) -> None:
    ada, ben = await crew.sign_in(await crew.add("Ada")), await crew.sign_in(await crew.add("Ben"))
    for wrong in (ben.signed_in.agent_session_id, uuid7()):
        async with crew.transaction() as connection:
            with pytest.raises(NotFound):
                await sessions.end(connection, ada.signed_in, wrong, NOON)
    assert (await whose(crew, ben.token)).name == "Ben"


async def test_one_ends_one_and_all_others_and_oneself(crew: Crew) -> None:
    ada = await crew.add("Ada")
    here, phone, tablet = [await crew.sign_in(ada) for _ in range(3)]
    async with crew.transaction() as connection:
        await sessions.end(connection, here.signed_in, phone.signed_in.agent_session_id, NOON)
        others = await sessions.end_others(connection, here.signed_in, NOON)
    assert others == [tablet.signed_in.agent_session_id]
    for token in (phone.token, tablet.token):
        with pytest.raises(Unauthenticated):
            await whose(crew, token)
    async with crew.transaction() as connection:
        await sessions.sign_out(
            connection, await sessions.authenticate(connection, crew.workspace, here.token, NOON), NOON
        )
    with pytest.raises(Unauthenticated):
        await whose(crew, here.token)
    assert await crew.audited() == ["agent.added", "session.ended", "session.ended", "session.signed_out"]


@pytest.mark.parametrize(
    "token", ["", "x", "dev_" + "0" * 32 + "_" + "a" * 43, "ses_" + "0" * 32 + "_" + "a" * 42]
)
def test_what_is_no_session_token_is_refused_before_the_database_is_asked(token: str) -> None:
    with pytest.raises(Unauthenticated):
        sessions.workspace_of(token)


async def test_tidying_deletes_sessions_dead_for_three_months(crew: Crew) -> None:
    await crew.sign_in(await crew.add("Ada"))
    for days, left in ((104 - 1, 1), (104 + 1, 0)):
        async with crew.transaction() as connection:
            await tidying.tidy(connection, crew.workspace, NOON + timedelta(days=days))
        assert len(await crew.rows("select 1 from agent_session")) == left
