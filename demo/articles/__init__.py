"""Luma's help articles, one TOML file a language: what its help pages show and its concierge answers from."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

LANGUAGES = ("en", "de")


class HelpArticle(msgspec.Struct, frozen=True, kw_only=True):
    """One article as it stands in the file. `topic` is set for those that the greeting offers."""

    slug: str
    title: str
    body: str
    questions: tuple[str, ...]
    topic: str | None = None
    audience: str = "public"


@lru_cache
def help_articles(language: str) -> tuple[HelpArticle, ...]:
    """All articles of a language, in their order in the file."""
    content: dict[str, Any] = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text("utf-8"))
    return msgspec.convert(content["article"], tuple[HelpArticle, ...])


def help_article(language: str, slug: str) -> HelpArticle | None:
    """The public article with this address."""
    found = (one for one in help_articles(language) if one.slug == slug and one.audience == "public")
    return next(found, None)
