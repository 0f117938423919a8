"""Guessing is slow, for one address typed and for one place it comes from, and tells nothing."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from alongside.kit.errors import TooMany
from alongside.team import guessing, tidying
from alongside.team.guessing import PER_ADDRESS, PER_EMAIL, Pace
from tests.team.crew import NOON, Crew

KEY = b"a key of the server, 32 bytes ..."
HERE, THERE = "192.0.2.1", "192.0.2.2"


async def attempt(
    crew: Crew, email: str = "ada@luma.example", address: str = HERE, seconds: float = 0
) -> UUID:
    at = NOON + timedelta(seconds=seconds)
    async with crew.transaction() as connection:
        return await guessing.begin_attempt(connection, crew.workspace, email, address, KEY, at)


async def refused(
    crew: Crew, email: str = "ada@luma.example", address: str = HERE, seconds: float = 0
) -> float:
    with pytest.raises(TooMany) as caught:
        await attempt(crew, email, address, seconds)
    return caught.value.retry_after


def test_the_wait_doubles_and_has_a_limit() -> None:
    pace = Pace(free=3, first=2, longest=30)
    assert [pace.wait(failures) for failures in range(9)] == [0, 0, 0, 2, 4, 8, 16, 30, 30]
    assert pace.wait(10_000) == 30


async def test_the_sixth_guess_at_an_address_has_to_wait_and_each_further_one_longer(crew: Crew) -> None:
    for _ in range(PER_EMAIL.free):
        await attempt(crew)
    assert await refused(crew) == 2
    await attempt(crew, seconds=2)
    assert await refused(crew, seconds=2) == 4
    assert await refused(crew, seconds=5) == 1
    await attempt(crew, seconds=6)
    assert await refused(crew, seconds=6) == 8


async def test_another_place_does_not_help_and_another_address_is_not_affected(crew: Crew) -> None:
    for _ in range(PER_EMAIL.free):
        await attempt(crew)
    assert await refused(crew, address=THERE) == 2
    await attempt(crew, email="ben@luma.example")


async def test_many_addresses_from_one_place_are_slowed_too(crew: Crew) -> None:
    for number in range(PER_ADDRESS.free):
        await attempt(crew, email=f"agent-{number}@luma.example")
    assert await refused(crew, email="one-more@luma.example") == 2
    await attempt(crew, email="one-more@luma.example", address=THERE)


async def test_a_hundred_guesses_at_once_are_a_hundred_guesses(crew: Crew) -> None:
    done = await asyncio.gather(*(attempt(crew) for _ in range(20)), return_exceptions=True)
    assert len([one for one in done if isinstance(one, UUID)]) == PER_EMAIL.free
    assert all(isinstance(one, TooMany) for one in done if not isinstance(one, UUID))


async def test_success_forgives_the_address_typed_but_not_the_place(crew: Crew) -> None:
    for number in range(PER_ADDRESS.free - 1):
        await attempt(crew, email=f"agent-{number}@luma.example")
    right = await attempt(crew, email="agent-1@luma.example")
    async with crew.transaction() as connection:
        await guessing.succeeded(connection, crew.workspace, right, "agent-1@luma.example", KEY)
    rows = await crew.rows(
        "select count(*) as n, count(*) filter (where email_hash = '') as forgiven from sign_in_failure"
    )
    assert rows == [{"n": PER_ADDRESS.free - 1, "forgiven": 1}]


async def test_after_an_hour_it_is_as_if_nothing_had_been(crew: Crew) -> None:
    for _ in range(PER_EMAIL.free):
        await attempt(crew)
    await refused(crew)
    for _ in range(PER_EMAIL.free):
        await attempt(crew, seconds=3600)
    assert await refused(crew, seconds=3600) == 2


async def test_neither_addresses_nor_places_are_stored_as_they_are(crew: Crew) -> None:
    await attempt(crew)
    stored = str(await crew.rows("select * from sign_in_failure"))
    assert "ada" not in stored
    assert HERE not in stored


async def test_the_hash_needs_the_server_s_key_to_be_tried_out(crew: Crew) -> None:
    await attempt(crew)
    async with crew.transaction() as connection:
        await guessing.begin_attempt(
            connection, crew.workspace, "ada@luma.example", HERE, b"another key", NOON
        )
    rows = await crew.rows(
        "select count(distinct email_hash) as emails, count(distinct address_hash) as places from sign_in_failure"
    )
    assert rows == [{"emails": 2, "places": 2}]


async def test_tidying_forgets_what_no_longer_counts(crew: Crew) -> None:
    await attempt(crew)
    async with crew.transaction() as connection:
        await tidying.tidy(connection, crew.workspace, NOON + timedelta(hours=23))
        assert await connection.fetchval("select count(*) from sign_in_failure") == 1
        await tidying.tidy(connection, crew.workspace, NOON + timedelta(hours=25))
        assert await connection.fetchval("select count(*) from sign_in_failure") == 0
