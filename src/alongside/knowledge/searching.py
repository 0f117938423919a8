"""Find the articles that answer a question, scored, so that the asker can abstain."""

from collections.abc import Sequence
from uuid import UUID

from alongside.knowledge import store
from alongside.knowledge.model import Article, Audience, Found
from alongside.knowledge.ranking import Candidate, Phrase, ranked, score, weights_of
from alongside.knowledge.spelling import corrected
from alongside.knowledge.store import CandidateRow
from alongside.knowledge.trigrams import similarity
from alongside.storage import Connection

LEAST_SCORE = 0.3
_MOST_CANDIDATES = 200
_LONGEST_QUESTION = 1_000
_AUDIENCES: dict[Audience, tuple[Audience, ...]] = {
    "public": ("public",),
    "internal": ("public", "internal"),
}


async def search(
    connection: Connection,
    workspace_id: UUID,
    question: str,
    locale: str,
    audience: Audience = "public",
    *,
    most: int = 5,
    least: float = LEAST_SCORE,
) -> list[Found]:
    """At most `most` published articles of a language that fit a question with a score of `least` or more,
    best first. Those asking as `internal` find both kinds, those asking as `public` never an internal one."""
    question = question[:_LONGEST_QUESTION]
    asked = frozenset(await store.lexemes_of(connection, locale, question))
    if not asked:
        return []
    rows = await _candidates(connection, workspace_id, locale, audience, asked, question)
    scores = await _scores(connection, workspace_id, locale, asked, rows, question)
    best = ranked(scores, least, most)
    return await _found(connection, workspace_id, [(rows[at].article_id, scores[at]) for at in best])


async def _candidates(
    connection: Connection,
    workspace_id: UUID,
    locale: str,
    audience: Audience,
    asked: frozenset[str],
    question: str,
) -> list[CandidateRow]:
    return await store.candidates(
        connection,
        workspace_id,
        locale,
        _AUDIENCES[audience],
        sorted(asked),
        question,
        _MOST_CANDIDATES,
        trigrams=await store.has_trigrams(connection),
    )


async def _scores(
    connection: Connection,
    workspace_id: UUID,
    locale: str,
    asked: frozenset[str],
    rows: Sequence[CandidateRow],
    question: str,
) -> list[float]:
    known = frozenset(word for row in rows for word in row.lexemes)
    asked = corrected(asked, known)
    weighed = asked.union(*(stems.split() for row in rows for stems in row.stems))
    frequencies, articles = await store.frequencies(connection, workspace_id, locale, sorted(weighed))
    weights = weights_of({word: frequencies.get(word, 0) for word in weighed}, articles)
    return [score(asked, _candidate(row, question), weights) for row in rows]


def _candidate(row: CandidateRow, question: str) -> Candidate:
    alike = row.similarities or [similarity(phrase, question) for phrase in row.phrases]
    phrases = zip(row.stems, alike, strict=True)
    return Candidate(
        tuple(Phrase(frozenset(stems.split()), like) for stems, like in phrases), frozenset(row.lexemes)
    )


async def _found(
    connection: Connection, workspace_id: UUID, best: Sequence[tuple[UUID, float]]
) -> list[Found]:
    articles = {
        article.article_id: article
        for article in await store.by_ids(connection, workspace_id, [article_id for article_id, _ in best])
    }
    return [Found(articles[article_id], points) for article_id, points in best]


async def article_at(
    connection: Connection, workspace_id: UUID, slug: str, locale: str, audience: Audience = "public"
) -> Article | None:
    """The published article at an address, if the asker's audience may read it."""
    article = await store.by_slug(connection, workspace_id, slug, locale)
    readable = article and article.published_at and article.audience in _AUDIENCES[audience]
    return article if readable else None


async def topics(connection: Connection, workspace_id: UUID, locale: str, most: int = 5) -> list[Article]:
    """The articles that are offered as topics, in their order."""
    return await store.topics(connection, workspace_id, locale, most)
