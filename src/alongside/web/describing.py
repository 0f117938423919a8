"""What the routes say of themselves beyond their own words: who may ask, what may go wrong, which methods there are."""

from collections.abc import Sequence

from litestar.datastructures import MutableScopeHeaders
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler, Message, Scope

from alongside.web.errors import problems
from alongside.web.security import Access, security_of

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def describe(routes: Sequence[ControllerRouterHandler]) -> None:
    """Put into each route's description which credentials it asks for, and the errors that follow from its shape."""
    for route in routes:
        if isinstance(route, HTTPRouteHandler):
            route.security = security_of(_access(route))
            route.responses = problems(*_expected(route)) | _nothing(route) | dict(route.responses or {})


def _access(route: HTTPRouteHandler) -> Access:
    access: Access = route.opt.get("access") or Access()
    return access


def _expected(route: HTTPRouteHandler) -> set[int]:
    access, unsafe = _access(route), bool(_UNSAFE & set(route.http_methods))
    expected = {400, 429, 503}
    if not access.everyone:
        expected |= {401, 403}
    if unsafe:
        expected |= {403}  # another site's page
    if any("{" in path for path in route.paths):
        expected |= {404}
    if "data" in route.fn.__annotations__:
        expected |= {413, 415, 422}
    return expected


def _nothing(route: HTTPRouteHandler) -> dict[int, ResponseSpec]:
    """An answer without content, which Litestar describes as a JSON null."""
    return {204: ResponseSpec(None, description="Done.")} if route.status_code == 204 else {}


async def tell_every_method(message: Message, scope: Scope) -> None:
    """Litestar's own answer to OPTIONS knows only the methods of the handler that was registered first."""
    if message["type"] == "http.response.start" and scope.get("method") == "OPTIONS":
        template = scope.get("path_template")
        for route in scope["litestar_app"].routes:
            if isinstance(route, HTTPRoute) and route.path_format == template:
                MutableScopeHeaders.from_message(message)["Allow"] = ", ".join(sorted(route.methods))
