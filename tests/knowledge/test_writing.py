"""Writing articles."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from alongside.kit.errors import Conflict, Invalid, NotFound
from alongside.kit.ids import uuid7
from alongside.knowledge import searching, writing
from alongside.knowledge.model import Draft
from alongside.storage import Database

DRAFT = Draft(
    slug="opening-hours", locale="en", title="When we are open", body="Always.", questions=("Are you open?",)
)


async def test_an_article_is_a_draft_until_it_is_published(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        article = await writing.create(connection, workspace, DRAFT)
        assert article.published_at is None
        assert await searching.search(connection, workspace, "are you open", "en") == []
        now = datetime(2026, 1, 1, tzinfo=UTC)
        published = await writing.publish(connection, workspace, article.article_id, now)
        assert published.published_at == now
        assert await searching.search(connection, workspace, "are you open", "en")


async def test_a_change_is_found_by_its_new_words(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        article = await writing.create(connection, workspace, DRAFT)
        await writing.publish(connection, workspace, article.article_id, datetime(2026, 1, 1, tzinfo=UTC))
        renamed = Draft(slug="parking", locale="en", title="Where to park", body="Behind the house.")
        await writing.change(connection, workspace, article.article_id, renamed)
        assert await searching.search(connection, workspace, "are you open", "en") == []
        found = await searching.search(connection, workspace, "where to park", "en")
        assert [one.article.slug for one in found] == ["parking"]


async def test_an_address_is_taken_only_once_in_a_language(database: Database, workspace: UUID) -> None:
    await _create(database, workspace)
    with pytest.raises(Conflict):
        await _create(database, workspace)


async def _create(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        await writing.create(connection, workspace, DRAFT)


async def test_what_cannot_be_an_article_is_refused_field_by_field(
    database: Database, workspace: UUID
) -> None:
    wrong = Draft(slug="Not An Address", locale="en", title="", body="", url="javascript:alert(1)")
    async with database.transaction(workspace) as connection:
        with pytest.raises(Invalid) as refused:
            await writing.create(connection, workspace, wrong)
    assert set(refused.value.fields) == {"slug", "title", "body", "url"}


async def test_there_is_nothing_to_publish_under_an_unknown_id(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        with pytest.raises(NotFound):
            await writing.publish(connection, workspace, uuid7(), datetime.now(UTC))


async def test_another_workspace_sees_no_article_of_ours(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    async with database.transaction(workspace) as connection:
        article = await writing.create(connection, workspace, DRAFT)
        await writing.publish(connection, workspace, article.article_id, datetime(2026, 1, 1, tzinfo=UTC))
    async with database.read(other_workspace) as connection:
        assert await searching.search(connection, workspace, "are you open", "en") == []
