"""Devices: a token shown once, stored hashed."""

from datetime import timedelta
from uuid import UUID

import pytest

from alongside.kit.errors import Unauthenticated
from alongside.people import devices
from alongside.storage import Database
from tests.people.site import NOON


async def test_a_new_device_belongs_to_a_new_anonymous_person(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        one = await devices.register(connection, workspace, NOON, "Firefox", "de")
        other = await devices.register(connection, workspace, NOON)
        visitor = await devices.authenticate(connection, workspace, one.token)
    assert one.person.person_id != other.person.person_id
    assert (visitor.device_id, visitor.person_id) == (one.device_id, one.person.person_id)
    assert not visitor.verified


async def test_the_token_is_stored_nowhere(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        new = await devices.register(connection, workspace, NOON)
        stored = await connection.fetchrow("select * from device")
    assert stored is not None
    assert not [value for value in stored.values() if new.token in str(value) or new.token.encode() == value]


async def test_a_token_names_its_workspace_and_is_good_in_no_other(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    async with database.transaction(workspace) as connection:
        new = await devices.register(connection, workspace, NOON)
    assert devices.workspace_of(new.token) == workspace
    forged = new.token.replace(workspace.hex, other_workspace.hex)
    async with database.read(other_workspace) as connection:
        with pytest.raises(Unauthenticated):
            await devices.authenticate(connection, other_workspace, forged)
        with pytest.raises(Unauthenticated):
            await devices.authenticate(connection, workspace, new.token)


@pytest.mark.parametrize(
    "token", ["", "dev_", "ses_" + "0" * 32 + "_" + "a" * 43, "dev_" + "g" * 32 + "_" + "a" * 43, "x" * 5000]
)
def test_what_is_no_device_token_is_refused_before_the_database_is_asked(token: str) -> None:
    with pytest.raises(Unauthenticated):
        devices.workspace_of(token)


async def test_a_forgotten_device_is_unknown_and_its_person_stays(
    database: Database, workspace: UUID
) -> None:
    async with database.transaction(workspace) as connection:
        new = await devices.register(connection, workspace, NOON)
        await devices.forget(connection, await devices.authenticate(connection, workspace, new.token), NOON)
        with pytest.raises(Unauthenticated):
            await devices.authenticate(connection, workspace, new.token)
        assert await devices.find(connection, workspace, new.device_id) is None
        assert await connection.fetchval(
            "select count(*) from person where person_id = $1", new.person.person_id
        )


async def test_that_a_device_was_seen_is_noted_every_five_minutes_only(
    database: Database, workspace: UUID
) -> None:
    async with database.transaction(workspace) as connection:
        new = await devices.register(connection, workspace, NOON)
        for minutes, noted in ((4, 0), (5, 5), (9, 5), (10, 10)):
            visitor = await devices.authenticate(connection, workspace, new.token)
            await devices.seen(connection, visitor, NOON + timedelta(minutes=minutes))
            after = await devices.authenticate(connection, workspace, new.token)
            assert after.seen_at == NOON + timedelta(minutes=noted)
