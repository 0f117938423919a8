"""The gate: every route says whom it is for, and nobody else gets through."""

from collections.abc import Iterator

import httpx
import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import AsyncTestClient

from alongside.kit.errors import Forbidden
from alongside.team.model import ROLES, Role
from alongside.team.permissions import PERMISSIONS, allows
from alongside.web.application import build_routes
from alongside.web.errors import EXCEPTIONS
from alongside.web.origins import origin_of, own_origins, refuse_foreign
from alongside.web.rooms import Rooms
from alongside.web.security import COOKIE, Access, bearer_token, for_agents, gate
from tests.web.rooms import ORIGIN, Reception, code_of

Route = tuple[str, str, Access]


def routes() -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Method, path and handler of every route, but for Litestar's own answers to OPTIONS."""
    for route in build_routes(None).routes:
        assert isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items():
            if method != "OPTIONS":
                path = "/".join(
                    f"{{{part.name}}}" if not isinstance(part, str) else part
                    for part in route.path_components
                )
                yield method, f"/{path}", handler


def test_every_route_says_whom_it_is_for() -> None:
    undeclared = [
        f"{method} {path}"
        for method, path, handler in routes()
        if not isinstance(handler.opt.get("access"), Access)
    ]
    assert undeclared == []


def test_every_route_for_agents_needs_a_permission_of_the_table() -> None:
    used = {handler.opt["access"].permission for _, _, handler in routes()} - {None}
    assert used <= PERMISSIONS.keys()


def test_the_routes_for_everybody_are_these() -> None:
    """Whoever adds one has to add it here, and to think about it."""
    assert sorted({path for _, path, handler in routes() if handler.opt["access"].everyone}) == [
        "/", "/api/openapi.json", "/api/openapi.json/openapi.json", "/api/openapi.json/{path}", "/api/session",
        "/api/setup", "/api/widget/config", "/api/widget/devices", "/api/widget/identify", "/desk", "/desk/{path}",
        "/health", "/metrics", "/ready", "/setup", "/static/{path}", "/widget/frame", "/widget/loader.js",
    ]  # fmt: skip


def filled(path: str) -> str:
    parts = [
        "0198b2f0-6f8c-7000-8000-0123456789ab" if part.startswith("{") else part for part in path.split("/")
    ]
    return "/".join(parts)


async def tried(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    return await client.request(method, filled(path), json={} if method in ("POST", "PATCH", "PUT") else None)


def guarded() -> list[Route]:
    return [
        (method, path, handler.opt["access"])
        for method, path, handler in routes()
        if not handler.opt["access"].everyone
    ]


async def test_nobody_gets_through_where_somebody_is_asked_for(reception: Reception) -> None:
    async with reception.asking() as client:
        for method, path, _ in guarded():
            answer = await tried(client, method, path)
            assert (method, path, answer.status_code) == (method, path, 401)
            assert method == "HEAD" or code_of(answer) == "unauthenticated"


async def test_a_visitor_gets_through_only_where_visitors_may(reception: Reception) -> None:
    for method, path, access in guarded():
        async with reception.visiting() as client:
            answer = await tried(client, method, path)
        assert (method, path, answer.status_code in (401, 403)) == (method, path, not access.visitors)


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_gets_through_exactly_where_the_table_says(reception: Reception, role: Role) -> None:
    agent = await reception.add("Ada", role)
    await reception.add("Root", "administrator")
    for method, path, access in guarded():
        async with reception.using(await reception.session(agent)) as client:
            answer = await tried(client, method, path)
        may = access.permission is not None and allows(role, access.permission)
        assert (method, path, answer.status_code not in (401, 403)) == (method, path, may), answer.text


async def test_a_route_that_says_nothing_is_closed_to_everybody(rooms: Rooms, reception: Reception) -> None:
    @get("/undeclared")
    async def undeclared() -> str:
        return "open"

    application = Litestar(
        [undeclared], guards=[gate(rooms)], exception_handlers=EXCEPTIONS, openapi_config=None
    )
    session = await reception.session(await reception.add("Root", "administrator"))
    async with AsyncTestClient(application) as client:
        for cookies in ({}, {COOKIE: session.token}):
            client.cookies.update(cookies)
            assert (await client.get("/undeclared")).status_code == 403


def test_a_permission_that_does_not_exist_is_noticed_when_the_program_starts() -> None:
    with pytest.raises(KeyError):
        for_agents("everything")


async def test_what_is_there_can_be_asked_with_options_and_tells_nothing_else(reception: Reception) -> None:
    async with reception.asking() as client:
        answer = await client.options("/api/team")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (None, None),
        ("", ""),
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Basic abc", ""),
        ("Bearer", ""),
    ],
)
def test_bearer_tokens_are_read(header: str | None, token: str | None) -> None:
    assert bearer_token(header) == token


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://help.example:8001",
        "https://help.example",
        "http://help.example.evil.example",
    ],
)
async def test_another_site_s_page_changes_nothing_with_the_agent_s_cookie(
    reception: Reception, origin: str
) -> None:
    session = await reception.session(await reception.add("Root", "administrator"))
    async with reception.asking(origin=origin) as client:
        client.cookies.set(COOKIE, session.token)
        answer = await client.patch("/api/workspace", json={"name": "Taken"})
        assert (answer.status_code, code_of(answer)) == (403, "forbidden")
        assert (await client.get("/api/workspace")).json()["name"] == "Luma"


async def test_a_cookie_without_any_sign_of_where_it_comes_from_changes_nothing(reception: Reception) -> None:
    session = await reception.session(await reception.add("Root", "administrator"))
    async with reception.asking(origin="") as client:
        client.cookies.set(COOKIE, session.token)
        assert (await client.patch("/api/workspace", json={"name": "Taken"})).status_code == 403
        client.headers["Sec-Fetch-Site"] = "same-origin"
        assert (await client.patch("/api/workspace", json={"name": "Luma!"})).status_code == 200


async def test_a_neighbouring_port_of_the_same_host_is_another_site(reception: Reception) -> None:
    session = await reception.session(await reception.add("Root", "administrator"))
    async with reception.asking(origin="", Sec_Fetch_Site="same-site") as client:
        client.cookies.set(COOKIE, session.token)
        assert (await client.delete("/api/session")).status_code == 403


async def test_a_program_with_a_device_s_token_needs_no_origin(reception: Reception) -> None:
    device = await reception.device()
    async with reception.asking(origin="", Authorization=f"Bearer {device.token}") as client:
        assert (await client.delete("/api/widget/devices/current")).status_code == 204


async def test_a_page_of_another_site_cannot_register_devices(reception: Reception) -> None:
    async with reception.asking(origin="https://evil.example") as client:
        answer = await client.post("/api/widget/devices", json={"workspace": "luma"})
    assert code_of(answer) == "forbidden"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://help.example/x?y#z", "https://help.example"),
        ("HTTPS://Help.Example:443", "https://help.example"),
        ("http://help.example:80/", "http://help.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://user:pw@help.example", "http://help.example"),
        ("null", ""), ("", ""), ("ftp://x", ""), ("http://", ""), ("http://a:99999", ""), ("javascript:alert(1)", ""),
    ],
)  # fmt: skip
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_our_origins_are_where_the_request_went_and_what_people_were_told() -> None:
    assert own_origins("ws", "127.0.0.1:8000", "https://help.example/") == {
        "http://127.0.0.1:8000",
        "https://help.example",
    }
    assert own_origins("http", "", "") == frozenset()


def test_a_browser_that_says_both_must_mean_us_both_times() -> None:
    ours = frozenset({ORIGIN})
    refuse_foreign({"origin": ORIGIN, "sec-fetch-site": "same-origin"}, ours, must_be_browser=True)
    for headers in (
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    ):
        with pytest.raises(Forbidden):
            refuse_foreign(headers, ours, must_be_browser=False)
