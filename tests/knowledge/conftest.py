"""A workspace with Luma's real articles."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

import pytest_asyncio

from alongside.knowledge import writing
from alongside.knowledge.model import Audience, Draft
from alongside.storage import Connection, Database
from demo.articles import LANGUAGES, help_articles

LONG_AGO = datetime.now(UTC) - timedelta(days=30)


@pytest_asyncio.fixture
async def connection(database: Database, workspace: UUID) -> AsyncIterator[Connection]:
    """A transaction in a workspace that has the articles."""
    async with database.transaction(workspace) as opened:
        for language in LANGUAGES:
            await publish_all(opened, workspace, language, LONG_AGO)
        yield opened


async def publish_all(connection: Connection, workspace: UUID, language: str, at: datetime) -> None:
    """Write and publish a language's help articles."""
    for number, article in enumerate(help_articles(language)):
        draft = Draft(
            slug=article.slug,
            locale=language,
            title=article.title,
            body=article.body,
            questions=article.questions,
            audience=cast("Audience", article.audience),
            topic=article.topic,
        )
        stored = await writing.create(connection, workspace, draft)
        await writing.publish(connection, workspace, stored.article_id, at + timedelta(minutes=number))
