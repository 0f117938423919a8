"""Making workspaces: the first once, others by who may."""

import asyncio
from datetime import UTC, datetime

import pytest

from alongside.kit.errors import Conflict, Forbidden
from alongside.kit.ids import uuid7
from alongside.storage import Database
from alongside.workspaces import founding, store
from alongside.workspaces.model import Workspace

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def found_first(database: Database, slug: str) -> Workspace:
    workspace_id = uuid7()
    async with database.transaction(workspace_id) as connection:
        return await founding.found_first(connection, workspace_id, slug, "Luma", "en", NOON)


async def test_the_first_workspace_has_an_inbox_and_a_greeting(database: Database) -> None:
    made = await found_first(database, "luma")
    async with database.read(made.workspace_id) as connection:
        inbox = await store.first_inbox(connection, made.workspace_id, "web")
        assert await store.workspace_by_id(connection, made.workspace_id) == made
    assert inbox is not None
    assert inbox.name == "Website"
    assert made.greeting.keys() == {"en", "de"}


async def test_of_many_at_once_one_is_first(database: Database) -> None:
    done = await asyncio.gather(
        *(found_first(database, f"luma-{n}") for n in range(4)), return_exceptions=True
    )
    assert len([one for one in done if isinstance(one, Workspace)]) == 1
    assert {one.code for one in done if isinstance(one, Conflict)} == {"already_set_up"}


async def test_a_slug_is_given_once(database: Database) -> None:
    await found_first(database, "luma")
    second = uuid7()
    with pytest.raises(Conflict):
        async with database.transaction(second) as connection:
            await founding.found(connection, second, "luma", "Second", "en", NOON)


def test_only_the_code_of_this_server_opens() -> None:
    founding.check_code(b"key", founding.setup_code(b"key"))
    for typed in ("", founding.setup_code(b"other"), founding.setup_code(b"key")[:-1]):
        with pytest.raises(Forbidden):
            founding.check_code(b"key", typed)
