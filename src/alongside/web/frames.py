"""The pages: the widget's loader and frame, the desk, the setup, and the files they are built from."""

from typing import Any

from litestar import HttpMethod, Request, Response, get, route
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from alongside.web.errors import problems
from alongside.web.headers import page_policy
from alongside.web.origins import origin_of
from alongside.web.rooms import Rooms
from alongside.web.security import FOR_ALL
from alongside.web.static_files import ASK_AGAIN, FOR_EVER, asset, page, served
from alongside.workspaces import directory, settings

AnyRequest = Request[Any, Any, Any]
DESK = "desk/index.html"
READING = [HttpMethod.GET, HttpMethod.HEAD]


@get("/", opt=FOR_ALL, include_in_schema=False)
async def entrance(rooms: NamedDependency[Rooms]) -> Redirect:
    """To the desk; on a fresh server to its setup."""
    async with rooms.database.read(None) as connection:
        ready = await directory.exists(connection)
    return Redirect("/desk" if ready else "/setup", headers={"Cache-Control": "no-store"})


@route(
    ["/desk", "/desk/{path:path}", "/setup"],
    http_method=READING,
    opt=FOR_ALL,
    include_in_schema=False,
    sync_to_thread=False,
)
def desk(request: AnyRequest, path: FromPath[str] = "") -> Response[bytes]:
    """The desk and the setup: one application, which reads its own addresses."""
    policy = page_policy(_origin(request))
    return served(
        page(DESK), request.headers, {"Content-Security-Policy": policy, "Cache-Control": ASK_AGAIN}
    )


@route("/widget/frame", http_method=READING, opt=FOR_ALL, include_in_schema=False)
async def widget_frame(
    request: AnyRequest, rooms: NamedDependency[Rooms], workspace: FromQuery[str]
) -> Response[bytes]:
    """The widget's page. Only this server and the workspace's allowed origins may frame it."""
    async with rooms.database.read(None) as connection:
        workspace_id = await directory.by_slug(connection, workspace)
    async with rooms.database.read(workspace_id) as connection:
        allowed = (await settings.read(connection, workspace_id)).allowed_origins
    headers = {
        "Content-Security-Policy": page_policy(_origin(request), ["'self'", *allowed]),
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": ASK_AGAIN,
    }
    return served(page("widget/frame.html"), request.headers, headers)


@route("/widget/loader.js", http_method=READING, opt=FOR_ALL, include_in_schema=False, sync_to_thread=False)
def widget_loader(request: AnyRequest) -> Response[bytes]:
    """The script that a site embeds; any site may load it, and its browser asks for a newer one after five minutes."""
    headers = {
        "Cache-Control": "public, max-age=300",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }
    return served(page("widget/loader.js"), request.headers, headers)


@route(
    "/static/{path:path}",
    http_method=READING,
    opt=FOR_ALL,
    include_in_schema=False,
    sync_to_thread=False,
    responses=problems(404),
)
def static_file(request: AnyRequest, path: FromPath[str]) -> Response[bytes]:
    """A built file. Those below `assets/` have a hash of their content in their name and are kept for ever."""
    cache = FOR_EVER if "/assets/" in path else ASK_AGAIN
    return served(asset(path), request.headers, {"Cache-Control": cache})


def _origin(request: AnyRequest) -> str:
    """Ours, as this browser sees it: from the Host header, which is made an origin first so nothing else gets into
    the policy."""
    return origin_of(f"{request.url.scheme}://{request.headers.get('host', '')}") or "'self'"


routes = [entrance, desk, widget_frame, widget_loader, static_file]
