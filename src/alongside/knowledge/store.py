"""The table of articles and its SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from alongside.knowledge.model import Article, Audience, Draft
from alongside.storage import Connection, fetch, fetch_one, fetch_optional

_COLUMNS = "article_id, slug, locale, title, body, url, questions, audience, topic, published_at, created_at"


class CandidateRow(msgspec.Struct, frozen=True):
    """An article that shares something with what was asked. `phrases` are the title and the example questions;
    `stems` holds the stemmed words of each, separated by blanks; `similarities` is empty without pg_trgm."""

    article_id: UUID
    phrases: list[str]
    stems: list[str]
    lexemes: list[str]
    similarities: list[float]


class Frequency(msgspec.Struct, frozen=True):
    """How many published articles have a lexeme."""

    lexeme: str
    articles: int


async def insert(connection: Connection, workspace_id: UUID, article_id: UUID, draft: Draft) -> Article:
    """Store a new article, unpublished."""
    return await fetch_one(
        connection,
        Article,
        f"""insert into article (workspace_id, article_id, slug, locale, title, body, url, questions, audience, topic)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning {_COLUMNS}""",
        workspace_id,
        article_id,
        *_values(draft),
    )


async def update(
    connection: Connection, workspace_id: UUID, article_id: UUID, draft: Draft
) -> Article | None:
    """Replace what an article says; None if there is none."""
    return await fetch_optional(
        connection,
        Article,
        f"""update article set slug = $3, locale = $4, title = $5, body = $6, url = $7, questions = $8,
                audience = $9, topic = $10
            where workspace_id = $1 and article_id = $2 returning {_COLUMNS}""",
        workspace_id,
        article_id,
        *_values(draft),
    )


def _values(draft: Draft) -> tuple[object, ...]:
    questions = list(draft.questions)
    return (
        draft.slug, draft.locale, draft.title, draft.body, draft.url, questions, draft.audience, draft.topic,
    )  # fmt: skip


async def set_published(
    connection: Connection, workspace_id: UUID, article_id: UUID, at: datetime | None
) -> Article | None:
    """Publish at a moment, or take back with None; None if there is no such article."""
    return await fetch_optional(
        connection,
        Article,
        f"""update article set published_at = $3 where workspace_id = $1 and article_id = $2
            returning {_COLUMNS}""",
        workspace_id,
        article_id,
        at,
    )


async def by_slug(connection: Connection, workspace_id: UUID, slug: str, locale: str) -> Article | None:
    """The article at an address in a language, published or not."""
    return await fetch_optional(
        connection,
        Article,
        f"select {_COLUMNS} from article where workspace_id = $1 and locale = $2 and slug = $3",
        workspace_id,
        locale,
        slug,
    )


async def topics(connection: Connection, workspace_id: UUID, locale: str, most: int) -> list[Article]:
    """Published public articles that have a topic, in the order in which they were made."""
    return await fetch(
        connection,
        Article,
        f"""select {_COLUMNS} from article
            where workspace_id = $1 and locale = $2 and audience = 'public' and topic is not null
                and published_at <= now()
            order by created_at, article_id limit $3""",
        workspace_id,
        locale,
        most,
    )


async def by_ids(connection: Connection, workspace_id: UUID, article_ids: Sequence[UUID]) -> list[Article]:
    """Articles by their ids, in no particular order."""
    return await fetch(
        connection,
        Article,
        f"select {_COLUMNS} from article where workspace_id = $1 and article_id = any($2)",
        workspace_id,
        list(article_ids),
    )


async def lexemes_of(connection: Connection, locale: str, text: str) -> list[str]:
    """The stemmed words of a text, without those that say nothing."""
    lexemes: list[str] = await connection.fetchval(
        "select tsvector_to_array(to_tsvector(article_stemmer($1), $2))", locale, text
    )
    return lexemes


async def has_trigrams(connection: Connection) -> bool:
    """Whether the database can compare spellings by itself."""
    there: bool = await connection.fetchval(
        "select exists (select from pg_extension where extname = 'pg_trgm')"
    )
    return there


async def candidates(
    connection: Connection,
    workspace_id: UUID,
    locale: str,
    audiences: Sequence[Audience],
    asked: Sequence[str],
    text: str,
    most: int,
    *,
    trigrams: bool,
) -> list[CandidateRow]:
    """Published articles that share words with what was asked, best first, and after them the rest in the
    order of spelling, for a question whose every word is mistyped."""
    spelling = "array(select similarity(phrase, $6) from unnest(phrases) phrase)"
    return await fetch(
        connection,
        CandidateRow,
        f"""with readable as (
                select article_id, locale, words, array_prepend(title, questions) as phrases,
                    cardinality(array(select unnest(tsvector_to_array(words)) intersect select unnest($4::text[])))
                        as shared
                from article
                where workspace_id = $1 and locale = $2 and audience = any($3) and published_at <= now()
                order by shared desc, created_at desc
                limit $5
            )
            select article_id, phrases, tsvector_to_array(words) as lexemes,
                array(
                    select array_to_string(tsvector_to_array(to_tsvector(article_stemmer(locale), phrase)), ' ')
                    from unnest(phrases) phrase
                ) as stems,
                {spelling if trigrams else "array[]::real[]"} as similarities
            from readable where $6::text is not null""",
        workspace_id,
        locale,
        list(audiences),
        list(asked),
        most,
        text,
    )


async def frequencies(
    connection: Connection, workspace_id: UUID, locale: str, lexemes: Sequence[str]
) -> tuple[dict[str, int], int]:
    """In how many published articles each lexeme occurs, and how many articles there are."""
    rows = await fetch(
        connection,
        Frequency,
        """select lexeme, count(*) as articles
           from article cross join unnest(tsvector_to_array(words)) lexeme
           where workspace_id = $1 and locale = $2 and published_at <= now() and lexeme = any($3)
           group by lexeme""",
        workspace_id,
        locale,
        list(lexemes),
    )
    total: int = await connection.fetchval(
        "select count(*) from article where workspace_id = $1 and locale = $2 and published_at <= now()",
        workspace_id,
        locale,
    )
    return {row.lexeme: row.articles for row in rows}, total
