"""A workspace and what it may be told, with the rules for each."""

import re
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from alongside.kit.errors import Invalid

LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?|\[[0-9a-f:.]+\]")
MOST_ORIGINS = 50


class Workspace(msgspec.Struct, frozen=True):
    """A tenant. `allowed_origins`: the sites that may embed the widget. `greeting`: locale → first words."""

    workspace_id: UUID
    slug: str
    name: str
    locale: str
    brand_colour: str
    allowed_origins: list[str]
    concierge_name: str
    greeting: dict[str, str]
    created_at: datetime


class WorkspaceChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays. The slug stays for ever: sites and tokens name it."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    locale: str | msgspec.UnsetType = msgspec.UNSET
    brand_colour: str | msgspec.UnsetType = msgspec.UNSET
    allowed_origins: list[str] | msgspec.UnsetType = msgspec.UNSET
    concierge_name: str | msgspec.UnsetType = msgspec.UNSET
    greeting: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


def tidy_slug(text: str, field: str = "slug") -> str:
    """A slug. Raises Invalid for what is none."""
    slug = text.strip().lower()
    if not SLUG.fullmatch(slug):
        raise _wrong(field, "Use letters a to z, digits and hyphens, at most 63 of them.")
    return slug


def tidy_name(text: str, field: str = "name") -> str:
    """A name in one line. Raises Invalid unless it has 1 to 120 characters."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= 120 or not name.isprintable():
        raise _wrong(field, "Use 1 to 120 characters.")
    return name


def tidy_locale(text: str) -> str:
    """A language tag such as `en` or `de-AT`. Raises Invalid."""
    if not LOCALE.fullmatch(text):
        raise _wrong("locale", "Use a language tag such as en or de-AT.")
    return text


def tidy_colour(text: str) -> str:
    """A colour as #rrggbb. Raises Invalid."""
    colour = text.strip().lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise _wrong("brand_colour", "Write it as #rrggbb.")
    return colour


def tidy_origins(texts: list[str]) -> list[str]:
    """Origins such as `https://www.example.com` or `https://*.example.com`, each once. Raises Invalid."""
    if len(texts) > MOST_ORIGINS:
        raise _wrong(
            "allowed_origins", f"At most {MOST_ORIGINS}; `https://*.example.com` covers all its hosts."
        )
    return list(dict.fromkeys(_tidy_origin(text) for text in texts))


def _tidy_origin(text: str) -> str:
    hint = "Write scheme and host, such as https://www.example.com or https://*.example.com."
    try:
        parts = urlsplit(text.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise _wrong("allowed_origins", hint) from None
    host = parts.netloc.rpartition("@")[2].removesuffix(port).lower()
    more = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if (
        parts.scheme not in ("http", "https")
        or more
        or not text.strip().isprintable()
        or not _HOST.fullmatch(host)
    ):
        raise _wrong("allowed_origins", hint)
    return f"{parts.scheme}://{host}{port}"


def tidy_greeting(texts: dict[str, str]) -> dict[str, str]:
    """Locale → first words, at most 1,000 characters each. Raises Invalid."""
    for locale, text in texts.items():
        if not LOCALE.fullmatch(locale) or not 1 <= len(text.strip()) <= 1000:
            raise _wrong("greeting", "Give each language tag a text of 1 to 1,000 characters.")
    return {locale: text.strip() for locale, text in texts.items()}


def _wrong(field: str, hint: str) -> Invalid:
    return Invalid(
        message=f"{field.replace('_', ' ').capitalize()} cannot be used.", hint=hint, fields={field: hint}
    )
