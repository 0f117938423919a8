"""Every error is a problem with a stable code and words, and none tells what is not the asker's business."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
import structlog
from litestar import Litestar, get, post
from litestar.params import FromQuery, JSONBody
from litestar.testing import AsyncTestClient
from structlog.testing import CapturingLogger

from alongside.kit import errors
from alongside.web.errors import EXCEPTIONS, of_error
from tests.web.rooms import Reception, code_of

SECRET = "mara@example.com"


class Order(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    number: int


@get("/raise")
async def fail(kind: FromQuery[str]) -> None:
    raise getattr(errors, kind)(hint="Do something else.")


@get("/mistake")
async def mistake() -> None:
    try:
        raise ValueError(f"no such customer: {SECRET}")
    except ValueError as error:
        raise RuntimeError(f"cannot mail {SECRET}") from error


@post("/order")
async def order(data: JSONBody[Order]) -> str:
    return data.kind


@pytest_asyncio.fixture
async def client() -> AsyncIterator[AsyncTestClient[Litestar]]:
    """A small application with our answers to errors."""
    application = Litestar(
        [fail, mistake, order], exception_handlers=EXCEPTIONS, openapi_config=None, logging_config=None
    )
    async with AsyncTestClient(application) as client:
        yield client


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("Unauthenticated", 401, "unauthenticated"), ("Forbidden", 403, "forbidden"), ("NotFound", 404, "not_found"),
        ("Gone", 410, "gone"), ("Invalid", 422, "invalid"), ("TooLarge", 413, "too_large"),
        ("Conflict", 409, "conflict"), ("TooMany", 429, "too_many"), ("Unavailable", 503, "unavailable"),
        ("Misconfigured", 503, "misconfigured"), ("AlongsideError", 500, "internal"),
    ],
)  # fmt: skip
async def test_every_error_of_the_kit_has_its_status(
    client: httpx.AsyncClient, kind: str, status: int, code: str
) -> None:
    answer = await client.get("/raise", params={"kind": kind})
    assert (answer.status_code, code_of(answer)) == (status, code)
    told = answer.json()
    assert told["status"] == status
    assert told["type"] == f"urn:alongside:problem:{code}"
    assert told["hint"] == "Do something else."
    assert told["title"]
    assert told["detail"]


async def test_somebody_unknown_is_told_how_to_become_known(client: httpx.AsyncClient) -> None:
    answer = await client.get("/raise", params={"kind": "Unauthenticated"})
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_who_comes_too_often_is_told_in_whole_seconds_when_to_come_back() -> None:
    assert of_error(errors.TooMany(retry_after=0.2)).retry_after == 0.2


async def test_our_own_mistake_tells_only_an_id_and_the_log_only_where_it_happened(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = CapturingLogger()
    monkeypatch.setattr("alongside.web.errors.log", structlog.wrap_logger(lines, processors=[]))
    answer = await client.get("/mistake")
    assert (answer.status_code, code_of(answer)) == (500, "internal")
    assert SECRET not in answer.text
    assert "RuntimeError" not in answer.text
    [line] = lines.calls
    assert line.kwargs["error_id"] == answer.json()["error_id"]
    assert any("RuntimeError" in place and "mistake" in place for place in line.kwargs["where"])
    assert any("ValueError" in place for place in line.kwargs["where"])
    assert SECRET not in str(line)


@pytest.mark.parametrize(
    ("body", "status", "code", "fields"),
    [
        (b"{", 400, "malformed", None),
        (b'\xff\xfe{"kind": 1}', 400, "malformed", None),
        (b'{"kind":"a","number":"b"}', 422, "invalid", {"number": "Expected `int`, got `str`"}),
        (b'{"kind":"a"}', 422, "invalid", {"data": "Object missing required field `number`"}),
        (b'{"kind":"a","number":1,"x":2}', 422, "invalid", {"data": "Object contains unknown field `x`"}),
        (b"[" * 5000, 400, "malformed", None),
    ],
)
async def test_a_body_that_cannot_be_used_is_told_by_field(
    client: httpx.AsyncClient, body: bytes, status: int, code: str, fields: dict[str, str] | None
) -> None:
    answer = await client.post("/order", content=body, headers={"Content-Type": "application/json"})
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["code"], told.get("fields")) == (status, code, fields)
    assert told["hint"]


async def test_what_is_not_there_or_not_that_way_is_told_as_a_problem_too(reception: Reception) -> None:
    async with reception.asking() as client:
        missing = await client.get("/api/nowhere")
        assert (missing.status_code, code_of(missing)) == (404, "not_found")
        wrong = await client.put("/api/team", json={})
        assert (wrong.status_code, code_of(wrong)) == (405, "method_not_allowed")
        assert set(wrong.headers["allow"].replace(" ", "").split(",")) >= {"GET", "POST"}
        lacking = await client.get("/widget/frame")
        assert (lacking.status_code, lacking.json()["fields"]) == (422, {"workspace": "missing"})


async def test_a_body_that_is_too_large_is_refused(reception: Reception) -> None:
    async with reception.asking() as client:
        answer = await client.post("/api/session", json={"email": "x" * 2_000_000, "password": "x"})
    assert (answer.status_code, code_of(answer)) == (413, "too_large")


async def test_every_operation_of_the_description_says_which_errors_it_has(reception: Reception) -> None:
    async with reception.asking() as client:
        described = (await client.get("/api/openapi.json")).json()
    silent = [
        f"{method} {path}"
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if path.startswith("/api/") and not any(status >= "400" for status in operation["responses"])
    ]
    assert silent == []
    undescribed = [
        f"{method} {path}"
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if not operation.get("description")
    ]
    assert undescribed == []
