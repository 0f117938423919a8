"""Write articles: create, change, publish, take back. The edge checks who may."""

from datetime import datetime
from uuid import UUID

from alongside.kit.errors import NotFound
from alongside.kit.ids import uuid7
from alongside.knowledge import store
from alongside.knowledge.model import Article, Draft, checked
from alongside.storage import Connection


async def create(connection: Connection, workspace_id: UUID, draft: Draft) -> Article:
    """A new article, not published yet. Raises Invalid, or Conflict if its address is taken in its language."""
    return await store.insert(connection, workspace_id, uuid7(), checked(draft))


async def change(connection: Connection, workspace_id: UUID, article_id: UUID, draft: Draft) -> Article:
    """Replace what an article says; published ones stay so. Raises Invalid, NotFound or Conflict."""
    return _there(await store.update(connection, workspace_id, article_id, checked(draft)))


async def publish(connection: Connection, workspace_id: UUID, article_id: UUID, at: datetime) -> Article:
    """Make an article findable from a moment on. Raises NotFound."""
    return _there(await store.set_published(connection, workspace_id, article_id, at))


async def take_back(connection: Connection, workspace_id: UUID, article_id: UUID) -> Article:
    """Make a draft of it again. Raises NotFound."""
    return _there(await store.set_published(connection, workspace_id, article_id, None))


def _there(article: Article | None) -> Article:
    if article is None:
        raise NotFound(message="There is no such article.", hint="It may have been removed.")
    return article
