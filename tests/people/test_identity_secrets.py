"""The secrets of a site: two at most, encrypted, shown once."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from alongside.kit.errors import Conflict, Misconfigured, NotFound
from alongside.kit.secrets import SecretBox
from alongside.people import identity_secrets, tidying
from alongside.people.identity_secrets import NewIdentitySecret
from alongside.storage import Database
from tests.people.site import NOON
from tests.people.visits import Visits

BOX = SecretBox(["a-key-for-tests-with-32-characters-or-more"])


async def make(database: Database, workspace: UUID) -> NewIdentitySecret:
    async with database.transaction(workspace) as connection:
        return await identity_secrets.make(connection, workspace, BOX, NOON)


async def opened(database: Database, workspace: UUID, box: SecretBox = BOX) -> list[bytes]:
    async with database.read(workspace) as connection:
        return await identity_secrets.opened(connection, workspace, box)


async def test_a_secret_is_shown_once_and_kept_sealed(database: Database, workspace: UUID) -> None:
    made = await make(database, workspace)
    assert len(made.secret) >= 43
    assert await opened(database, workspace) == [made.secret.encode()]
    async with database.read(workspace) as connection:
        stored = await connection.fetchval("select sealed from identity_secret")
        listed = await identity_secrets.listing(connection, workspace)
    assert made.secret.encode() not in stored
    assert [one.identity_secret_id for one in listed] == [made.identity_secret_id]
    assert not hasattr(listed[0], "secret")


async def test_two_may_live_and_a_third_may_not_even_at_the_same_moment(
    database: Database, workspace: UUID
) -> None:
    done = await asyncio.gather(*(make(database, workspace) for _ in range(4)), return_exceptions=True)
    assert len([one for one in done if isinstance(one, NewIdentitySecret)]) == 2
    assert len([one for one in done if isinstance(one, Conflict)]) == 2


async def test_a_retired_secret_signs_nothing_and_makes_room(database: Database, workspace: UUID) -> None:
    old, kept = await make(database, workspace), await make(database, workspace)
    async with database.transaction(workspace) as connection:
        await identity_secrets.retire(connection, workspace, old.identity_secret_id, NOON)
        with pytest.raises(NotFound):
            await identity_secrets.retire(connection, workspace, old.identity_secret_id, NOON)
    assert await opened(database, workspace) == [kept.secret.encode()]
    newest = await make(database, workspace)
    async with database.read(workspace) as connection:
        listed = await identity_secrets.listing(connection, workspace)
    assert {one.identity_secret_id for one in listed if not one.retired_at} == {
        kept.identity_secret_id, newest.identity_secret_id,
    }  # fmt: skip


async def test_another_server_key_opens_nothing(database: Database, workspace: UUID) -> None:
    await make(database, workspace)
    with pytest.raises(Misconfigured):
        await opened(database, workspace, SecretBox(["another-key-with-32-characters-or-more-xx"]))


async def test_tidying_forgets_used_tokens_that_have_expired(visits: Visits) -> None:
    await visits.identify((await visits.device()).token)
    async with visits.database.transaction(visits.workspace) as connection:
        await tidying.tidy(connection, visits.workspace, NOON)
        assert await connection.fetchval("select count(*) from used_identity_token") == 1
        await tidying.tidy(connection, visits.workspace, NOON + timedelta(minutes=12))
        assert await connection.fetchval("select count(*) from used_identity_token") == 0
