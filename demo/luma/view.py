"""Renders a page: with the visitor's language, who is signed in, and where Alongside is."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie, State
from litestar.response import Template

from demo.customers import Customer
from demo.luma.config import LumaConfig
from demo.luma.sessions import COOKIE, customer_of
from demo.luma.wording import LANGUAGES, Wording, chosen

LANGUAGE_COOKIE = "luma_language"
_YEAR = 365 * 24 * 3600

SiteRequest = Request[Any, Any, State]


def config_of(request: SiteRequest) -> LumaConfig:
    """The site's configuration."""
    config: LumaConfig = request.app.state.config
    return config


def signed_in(request: SiteRequest) -> Customer | None:
    """The customer who is signed in."""
    return customer_of(request.cookies.get(COOKIE), config_of(request).cookie_key)


def wording_of(request: SiteRequest) -> Wording:
    """The visitor's language."""
    customer = signed_in(request)
    remembered = request.cookies.get(LANGUAGE_COOKIE) or (customer.language if customer else None)
    return Wording(
        chosen(request.query_params.get("lang"), remembered, request.headers.get("accept-language"))
    )


def page(request: SiteRequest, template: str, *, status: int = 200, **context: Any) -> Response[Any]:
    """A page in the visitor's language. A language in the address is remembered."""
    wording, config = wording_of(request), config_of(request)
    asked = request.query_params.get("lang")
    cookies = (
        [Cookie(LANGUAGE_COOKIE, value=asked, max_age=_YEAR, samesite="lax")] if asked in LANGUAGES else []
    )
    return Template(
        template,
        context={
            "t": wording,
            "language": wording.language,
            "languages": LANGUAGES,
            "path": request.url.path,
            "customer": signed_in(request),
            "alongside": config.alongside,
            "workspace": config.workspace,
            "today": datetime.now(UTC).date(),
            **context,
        },
        status_code=status,
        cookies=cookies,
    )
