"""Puts the site together."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from demo.luma import account, moving, pages
from demo.luma.config import LumaConfig
from demo.luma.headers import with_headers
from demo.luma.view import SiteRequest, page

_HERE = Path(__file__).parent


def build_site(config: LumaConfig) -> Litestar:
    """The site as an ASGI application."""
    return Litestar(
        [
            *pages.routes,
            *account.routes,
            *moving.routes,
            create_static_files_router("/static", directories=[_HERE / "static"]),
        ],
        state=State({"config": config}),
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_environment())),
        after_request=with_headers(config.alongside),
        exception_handlers={HTTPException: _refuse},
        openapi_config=None,
        logging_config=None,
    )


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _refuse(request: SiteRequest, error: HTTPException) -> Response[Any]:
    """What went wrong, as a page; where no page is wanted, in a line."""
    if "text/html" in request.headers.get("accept", ""):
        return page(request, "missing.html", status=error.status_code)
    return Response(error.detail, media_type="text/plain", status_code=error.status_code)
