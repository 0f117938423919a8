"""What an article is."""

import re
import unicodedata
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from alongside.kit.errors import Invalid

Audience = Literal["public", "internal"]
MOST_QUESTIONS = 50
LONGEST_TITLE = 200
LONGEST_BODY = 50_000
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,120}")


class Article(msgspec.Struct, frozen=True):
    """One text in one language. `questions` are examples of what it answers, `topic` a short label for a
    quick reply, `published_at` is None for a draft."""

    article_id: UUID
    slug: str
    locale: str
    title: str
    body: str
    url: str | None
    questions: list[str]
    audience: Audience
    topic: str | None
    published_at: datetime | None
    created_at: datetime


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is written: an article before it has an id. `locale` is a language, such as `en`."""

    slug: str
    locale: str
    title: str
    body: str
    url: str | None = None
    questions: tuple[str, ...] = ()
    audience: Audience = "public"
    topic: str | None = None


class Found(msgspec.Struct, frozen=True):
    """An article and how well it fits what was asked, 0 to 1."""

    article: Article
    score: float


def checked(draft: Draft) -> Draft:
    """The draft, if it can be an article. Raises Invalid naming each field that is wrong."""
    wrong: dict[str, str] = {}
    if not _SLUG.fullmatch(draft.slug):
        wrong["slug"] = "Use small letters, digits and hyphens, 121 at most."
    if not 1 <= len(draft.title) <= LONGEST_TITLE:
        wrong["title"] = f"Between 1 and {LONGEST_TITLE} characters."
    if not 1 <= len(draft.body) <= LONGEST_BODY:
        wrong["body"] = f"Between 1 and {LONGEST_BODY} characters."
    if len(draft.questions) > MOST_QUESTIONS:
        wrong["questions"] = f"At most {MOST_QUESTIONS}."
    if draft.url is not None and not draft.url.startswith(("https://", "http://")):
        wrong["url"] = "A whole address, beginning with https://."
    if wrong:
        raise Invalid(message="This article cannot be stored as it is.", hint="See fields.", fields=wrong)
    return draft


def slug_of(title: str) -> str:
    """An address made of a title: "Why is my bill higher?" gives `why-is-my-bill-higher`."""
    plain = unicodedata.normalize("NFKD", title.casefold().replace("ß", "ss"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return "-".join(words)[:121].rstrip("-") or "article"
