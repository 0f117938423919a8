"""A workspace's settings, and what is allowed in them."""

from uuid import UUID

import pytest

from alongside.kit.errors import Invalid, NotFound
from alongside.kit.ids import uuid7
from alongside.storage import Database
from alongside.workspaces import directory, model, settings, store
from alongside.workspaces.model import WorkspaceChange


async def test_what_is_named_changes_and_the_rest_stays(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        after, different = await settings.change(
            connection, workspace, WorkspaceChange(name=" Luma  Energy ", brand_colour="#FF8800", locale="en")
        )
    assert (after.name, after.brand_colour, after.slug, after.concierge_name) == (
        "Luma Energy", "#ff8800", "luma", "Concierge",
    )  # fmt: skip
    assert different == ["name", "brand_colour"]
    async with database.read(workspace) as connection:
        assert await settings.read(connection, workspace) == after
        assert [row[0] for row in await connection.fetch("select type from outbox")] == ["workspace_changed"]


async def test_nothing_new_is_no_change(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        _, different = await settings.change(connection, workspace, WorkspaceChange(name="Luma"))
        assert different == []
        assert await connection.fetch("select 1 from outbox") == []


async def test_another_workspace_is_not_there(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    async with database.transaction(other_workspace) as connection:
        with pytest.raises(NotFound):
            await settings.read(connection, workspace)
        with pytest.raises(NotFound):
            await settings.change(connection, workspace, WorkspaceChange(name="Taken"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://www.luma.example", "https://www.luma.example"),
        (" HTTPS://WWW.Luma.example:8443/ ", "https://www.luma.example:8443"),
        ("http://localhost:8001", "http://localhost:8001"),
        ("https://*.luma.example", "https://*.luma.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_an_origin_is_tidied(given: str, kept: str) -> None:
    assert model.tidy_origins([given, given]) == [kept]


@pytest.mark.parametrize(
    "given",
    ["", "*", "https://", "https://*", "luma.example", "https://a b", "https://a.example;script-src", "https://a/b",
     "https://a?b", "https://a#b", "ftp://a", "https://u@a", "https://a:99999", "https://a\nb", "'self'", "data:"],
)  # fmt: skip
def test_what_is_no_origin_gets_into_no_policy(given: str) -> None:
    with pytest.raises(Invalid):
        model.tidy_origins([given])


@pytest.mark.parametrize("locale", ["en", "de", "de-AT", "zh-Hant-TW"])
def test_a_language_tag_does(locale: str) -> None:
    assert model.tidy_locale(locale) == locale


@pytest.mark.parametrize("slug", ["", "-x", "a_b", "ä", "x" * 64, "a b"])
def test_a_slug_is_letters_digits_and_hyphens(slug: str) -> None:
    with pytest.raises(Invalid):
        model.tidy_slug(slug)
    assert model.tidy_slug(" Luma-2 ") == "luma-2"


async def test_a_workspace_is_found_by_its_slug_from_outside(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    async with database.read(None) as connection:
        assert await directory.by_slug(connection, "luma") == workspace
        assert sorted(await directory.ids(connection)) == sorted([workspace, other_workspace])
        with pytest.raises(Invalid):
            await directory.by_slug_or_sole(connection, None)
        with pytest.raises(NotFound):
            await directory.by_slug_or_sole(connection, "nowhere")
        assert await connection.fetch("select * from workspace") == []


async def test_one_alone_needs_no_name(database: Database, workspace: UUID) -> None:
    async with database.read(None) as connection:
        assert await directory.by_slug_or_sole(connection, None) == workspace
        assert await directory.exists(connection)


async def test_before_the_first_there_is_none(database: Database) -> None:
    async with database.read(None) as connection:
        assert not await directory.exists(connection)
        with pytest.raises(NotFound, match="setup"):
            await directory.by_slug_or_sole(connection, None)
        assert uuid7() not in await directory.ids(connection)


async def test_inboxes_are_found_by_channel(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        assert await store.first_inbox(connection, workspace, "web") is None
        assert await store.inboxes_of(connection, workspace) == []
