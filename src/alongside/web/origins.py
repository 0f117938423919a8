"""Where a request comes from: our own pages, another site's, or no browser at all."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from alongside.kit.errors import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@lru_cache(maxsize=256)
def origin_of(url: str) -> str:
    """`https://help.example.com:8443/x?y` → `https://help.example.com:8443`; empty for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, default) else f":{port}")


def own_origins(scheme: str, host: str, public_url: str) -> frozenset[str]:
    """The origins that are ours: the one people were told, and the one this request was sent to.

    A page of another site that resolves its name to our address has its own host here, but never our cookie:
    cookies belong to a host name."""
    asked = origin_of(f"{ {'ws': 'http', 'wss': 'https'}.get(scheme, scheme) }://{host}")
    return frozenset({asked, origin_of(public_url)} - {""})


def refuse_foreign(headers: Mapping[str, str], ours: frozenset[str], *, must_be_browser: bool) -> None:
    """Raises Forbidden if a page of another origin sends this (CSRF). `headers` with lower-case names.

    A browser tells `Origin` with every unsafe request; `must_be_browser` (a cookie is what signs the request
    in) refuses one that tells nothing. A program with a bearer token has no origin, and needs none."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    foreign_origin = origin is not None and origin not in ours
    foreign_site = site is not None and site not in ("same-origin", "none")
    silent = must_be_browser and origin is None and site != "same-origin"
    if foreign_origin or foreign_site or silent:
        raise Forbidden(
            message="This request does not come from a page of this server.",
            hint="Send it from the same origin, with the header Origin, or use a bearer token.",
        )
