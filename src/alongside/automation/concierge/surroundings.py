"""Reads what the concierge needs to know besides the journal: its workspace, its topics, the customer."""

from uuid import UUID

from alongside.automation.concierge.language import spoken_language
from alongside.automation.concierge.model import Option, Passage
from alongside.automation.concierge.phrases import FALLBACK
from alongside.automation.concierge.stage import Stage
from alongside.conversations.model import Page
from alongside.knowledge import searching
from alongside.knowledge.model import Article
from alongside.people import pages, profiles
from alongside.people.pages import PageQuery
from alongside.storage import Connection
from alongside.workspaces import settings

_MOST_PAGES = 5


async def language_for(connection: Connection, workspace_id: UUID, person_id: UUID) -> str:
    """The language to begin in: the person's, else the workspace's, else English."""
    profile = await profiles.find(connection, workspace_id, person_id)
    workspace = await settings.read(connection, workspace_id)
    return spoken_language(profile.person.locale) or spoken_language(workspace.locale) or FALLBACK


async def stage_for(connection: Connection, workspace_id: UUID, person_id: UUID, language: str) -> Stage:
    """The workspace's concierge in front of this person."""
    workspace = await settings.read(connection, workspace_id)
    articles = await searching.topics(connection, workspace_id, language)
    seen = await pages.listing(connection, workspace_id, person_id, PageQuery(limit=_MOST_PAGES))
    return Stage(
        concierge=workspace.concierge_name,
        greetings=workspace.greeting,
        topics=tuple(Option(article.slug, article.topic or article.title) for article in articles),
        team_language=spoken_language(workspace.locale) or FALLBACK,
        pages=tuple(Page(view.url, view.title) for view in seen.items),
    )


async def passages_for(
    connection: Connection, workspace_id: UUID, question: str, language: str
) -> list[Passage]:
    """What the public articles of a language have on a question, best first."""
    found = await searching.search(connection, workspace_id, question, language)
    return [passage_of(one.article, one.score) for one in found]


async def passage_at(connection: Connection, workspace_id: UUID, slug: str, language: str) -> Passage | None:
    """The public article at an address."""
    article = await searching.article_at(connection, workspace_id, slug, language)
    return passage_of(article, 1.0) if article else None


def passage_of(article: Article, score: float) -> Passage:
    """An article's own words with their source."""
    return Passage(article.slug, article.title, article.body, article.url, score)
