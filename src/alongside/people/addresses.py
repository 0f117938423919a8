"""Addresses of pages as we keep them: enough to know where somebody is, nothing that opens a door.

Credentials go; so do query parameters that look like secrets or like personal data, fragments that carry
values, and parts of a path that look like tokens.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from alongside.kit.errors import Invalid

LONGEST = 2000
LONGEST_FRAGMENT = 100
_HIDDEN = "…"
_SECRET_KEY = re.compile(
    r"(?i)token|secret|passw|pwd|auth|session|sess|sid$|(^|[-_.])(key|code|sig|pin|otp|iv|hash|nonce|state|jwt|user)"
    r"|apikey|signature|credential|ticket|assertion|saml|magic|invite|reset|confirm|e-?mail|phone|iban|card|birth|name"
)
_SECRET_VALUE = re.compile(r"@|^eyJ[\w-]+\.|^[\w+/=.~-]{48,}$")
_SECRET_SEGMENT = re.compile(r"^eyJ[\w-]+\.|^(?=.*\d)(?=.*[A-Za-z])[\w~=-]{40,}$|@")


def safe_address(url: str) -> str:
    """The address without secrets, at most 2,000 characters. Raises Invalid unless it is a web address."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _no_address() from None
    if parts.scheme not in ("http", "https") or not host or not url.strip().isprintable():
        raise _no_address()
    place = f"{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
    path, query, fragment = _path(parts.path), _query(parts.query), _fragment(parts.fragment)
    return _short(parts.scheme, place, path, query, fragment)


def safe_title(title: str) -> str:
    """A title in one line, at most 300 characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[:300]


def _path(path: str) -> str:
    return "/".join(_HIDDEN if _SECRET_SEGMENT.search(part) else part for part in path.split("/"))


def _query(query: str) -> str:
    pairs = parse_qsl(query[: LONGEST * 4], keep_blank_values=True)
    kept = [(k, v) for k, v in pairs if not _SECRET_KEY.search(k) and not _SECRET_VALUE.search(v)]
    return urlencode(kept)


def _fragment(fragment: str) -> str:
    plain = len(fragment) <= LONGEST_FRAGMENT and re.fullmatch(r"[\w/!.~-]*", fragment)
    return fragment if plain and not _SECRET_VALUE.search(fragment) else ""


def _short(scheme: str, place: str, path: str, query: str, fragment: str) -> str:
    """Whole if it fits, else without its tail, else cut."""
    whole = urlunsplit((scheme, place, path, query, fragment))
    bare = urlunsplit((scheme, place, path, "", ""))
    return whole if len(whole) <= LONGEST else bare[:LONGEST]


def _no_address() -> Invalid:
    return Invalid(
        message="That is no address of a web page.",
        hint="Send `location.href` of a page on http or https.",
        fields={"url": "not a web address"},
    )
