"""Requests that are wrong are refused in words, and nothing of them reaches the database or the log as our mistake."""

import asyncio
import gzip
from typing import Any

import pytest

from tests.fuzz.stage import Stage
from tests.fuzz.wire import connected

HOST = b"Host: x\r\n"
JSON = HOST + b"Content-Type: application/json\r\n"
DEEP = b"[" * 100_000 + b"]" * 100_000
BODIES: list[tuple[str, bytes, int]] = [
    ("invalid UTF-8", b'{"workspace":"\xff\xfe"}', 400),
    ("a lone surrogate", b'{"workspace":"\\ud800"}', 400),
    ("UTF-16", '{"workspace":"luma"}'.encode("utf-16"), 400),
    ("deep JSON", b'{"workspace":' + DEEP + b"}", 400),
    ("a huge number", b'{"workspace":' + b"9" * 5000 + b"}", 400),
    ("infinity", b'{"workspace":1e999999}', 400),
    ("NUL in a text", b'{"workspace":"lu\\u0000ma"}', 404),
    ("NUL in a locale", b'{"workspace":"luma","locale":"\\u0000"}', 422),
    ("the wrong type", b'{"workspace":["luma"]}', 422),
    ("nothing", b"", 422),
    ("not JSON", b"workspace=luma", 400),
    ("two values", b'{"workspace":"luma"}{"workspace":"luma"}', 400),
    ("an unknown field", b'{"workspace":"luma","admin":true}', 422),
]
HEADS: list[tuple[str, bytes, int]] = [
    ("length and chunks at once", JSON + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
    ("two lengths", JSON + b"Content-Length: 5\r\nContent-Length: 6\r\n", 400),
    ("a negative length", JSON + b"Content-Length: -5\r\n", 400),
    ("a length in words", JSON + b"Content-Length: five\r\n", 400),
    ("chunks spelt wrong", JSON + b"Transfer-Encoding: xchunked\r\n", 400),
    ("chunks hidden by another", JSON + b"Transfer-Encoding: chunked, identity\r\n", 400),
    ("a space before the colon", JSON + b"Content-Length : 5\r\n", 400),
    ("a folded header", JSON + b"X-A: b\r\n c: d\r\n", 400),
    ("NUL in a header", JSON + b"X-A: \x00\r\n", 400),
    ("a bare line feed in a header", JSON + b"X-A: a\nX-B: b\r\n", 400),
    ("too many headers", JSON + b"".join(b"X-%d: y\r\n" % number for number in range(8_000)), 431),
    ("a header without end", JSON + b"X-A: " + b"a" * 66_000, 431),
]
PATHS: list[tuple[bytes, int]] = [
    (b"/api/people/%00", 404),
    (b"/api/%ff%fe", 404),
    (b"/api/../../etc/passwd", 404),
    (b"/api/%2e%2e/%2e%2e/etc/passwd", 404),
    (b"/api/widget/config?workspace=%ff", 404),
    (b"/api/widget/config?workspace=%00", 404),
    (b"/api/widget/config?workspace=%ed%a0%80", 404),
    (b"/api/widget/config?workspace=" + b"a" * 5000, 422),
    (b"/" + b"a" * 70_000, 400),
    (b"/api/session?" + b"a=b&" * 10_000, 401),
]


async def post(stage: Stage, path: bytes, body: bytes, head: bytes = JSON) -> Any:
    """The status and code that a request with this body gets."""
    async with connected(stage.node.port) as line:
        await line.send(b"POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n" % (path, head, len(body)) + body)
        return await line.answer()


def is_a_problem(answer: Any) -> bool:
    """Whether it is an error as we document them."""
    return (
        answer.content_type.startswith("application/problem+json")
        and answer.body["status"] == answer.status
        and bool(answer.body["code"] and answer.body["detail"] and answer.body["title"])
    )


@pytest.mark.parametrize(("name", "body", "status"), BODIES, ids=[name for name, *_ in BODIES])
async def test_a_body_that_cannot_be_used_is_refused_in_words(
    stage: Stage, name: str, body: bytes, status: int
) -> None:
    answer = await post(stage, b"/api/widget/devices", body)
    assert (name, answer.status) == (name, status)
    assert is_a_problem(answer)


@pytest.mark.parametrize(
    "head",
    [
        HOST + b"Content-Type: text/plain\r\n",
        HOST + b"Content-Type: application/x-www-form-urlencoded\r\n",
        HOST + b"Content-Type: multipart/form-data; boundary=x\r\n",
        HOST + b"Content-Type: application/json; charset=utf-16\r\n",
        HOST + b"Content-Type: \xff\r\n",
        HOST,
    ],
)
async def test_a_body_of_another_type_is_no_device(stage: Stage, head: bytes) -> None:
    answer = await post(stage, b"/api/widget/devices", b"workspace=luma", head)
    assert answer.status in (400, 415)
    assert is_a_problem(answer)


async def test_a_compressed_body_is_not_unpacked(stage: Stage) -> None:
    bomb = gzip.compress(b'{"workspace":"' + b"a" * 10_000_000 + b'"}')
    answer = await post(stage, b"/api/widget/devices", bomb, JSON + b"Content-Encoding: gzip\r\n")
    assert (answer.status, answer.body["code"]) == (415, "unsupported_media_type"), answer
    assert is_a_problem(answer)


async def test_of_two_equal_keys_the_last_one_counts(stage: Stage) -> None:
    answer = await post(stage, b"/api/widget/devices", b'{"workspace":"nowhere","workspace":"luma"}')
    assert answer.status == 201


@pytest.mark.parametrize(("name", "head", "status"), HEADS, ids=[name for name, *_ in HEADS])
async def test_a_head_that_two_servers_could_read_differently_is_refused_and_the_line_ends(
    stage: Stage, name: str, head: bytes, status: int
) -> None:
    async with connected(stage.node.port) as line:
        await line.send(b"POST /api/widget/devices HTTP/1.1\r\n" + head)
        if status != 431:  # what is sent to a line that is closed already takes its last answer away
            await line.send(b"\r\n5\r\n{}   \r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await line.answer()
        assert (name, answer.status) == (name, status)
        assert is_a_problem(answer)
        assert b"200 OK" not in await line.end()


@pytest.mark.parametrize(("path", "status"), PATHS, ids=[str(path[:40]) for path, _ in PATHS])
async def test_an_address_that_leads_nowhere_is_told_so(stage: Stage, path: bytes, status: int) -> None:
    async with connected(stage.node.port) as line:
        await line.send(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path)
        answer = await line.answer()
    assert answer.status == status
    assert is_a_problem(answer)


@pytest.mark.parametrize(
    "question",
    [
        "since=2020-01-01T00:00:00", "since=0001-01-01T00:00:00%2B14:00", "since=1e400", "since=5", "since=%00",
        "limit=99999999999999999999", "limit=0", "cursor=%00", "cursor=%ff", "sort=%00", "verified=2",
    ],
)  # fmt: skip
async def test_a_question_that_cannot_be_used_names_the_field(stage: Stage, question: str) -> None:
    async with stage.asking("administrator") as client:
        answer = await client.get(f"/api/people?{question}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert question.split("=", maxsplit=1)[0] in answer.json()["fields"]


@pytest.mark.parametrize("question", ["q=%00", "q=%25_%5C", "q=%F0%9F%92%A9", "q=%ff", "q=' or 1=1 --"])
async def test_a_search_takes_every_text(stage: Stage, question: str) -> None:
    async with stage.asking("administrator") as client:
        for path in ("/api/people", "/api/conversations", "/api/team"):
            answer = await client.get(f"{path}?{question}")
            assert answer.status_code in (200, 422), (path, answer.text)


TEXTS = {
    "Arabic": "مرحبا بكم", "Thai": "สวัสดี", "Hindi": "नमस्ते", "Japanese": "こんにちは", "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "bidi override": "abc\u202egnp.exe", "isolates": "\u2066x\u2069", "combining flood": "e" + "\u0301" * 9000,
    "zero width": "\u200b\u200c\u200d", "control": "a\x01\x1b[31mb", "private use": "\ue000",
    "beyond the BMP": "𝕳𐍈", "a replacement": "\ufffd", "a line separator": "a\u2028b",
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
async def test_a_message_of_every_script_arrives_as_it_was_sent(stage: Stage, name: str) -> None:
    conversation_id = stage.ids["conversation_id"][0]
    entry_id = f"00000000-0000-4000-8000-{list(TEXTS).index(name):012d}"
    body = {"entry_id": entry_id, "text": TEXTS[name]}
    async with stage.asking("administrator") as client:
        sent = await client.post(f"/api/conversations/{conversation_id}/messages", json=body)
        assert sent.status_code == 201, sent.text
        after = sent.json()["seq"] - 1
        page = (
            await client.get(f"/api/conversations/{conversation_id}/entries?after={after}&limit=1")
        ).json()
    assert page["items" if "items" in page else "entries"][0]["body"]["text"] == TEXTS[name]


@pytest.mark.parametrize("name", ["\x00", "\u200b\u200b", "\u202e", " ", "x" * 5000])
async def test_a_name_that_shows_nothing_or_turns_the_line_is_refused(stage: Stage, name: str) -> None:
    async with stage.asking("administrator") as client:
        answer = await client.patch("/api/session", json={"name": name})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_many_at_once_over_one_line_are_answered_in_order(stage: Stage) -> None:
    async with connected(stage.node.port) as line:
        await line.send(
            b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /api/session HTTP/1.1\r\nHost: x\r\n\r\n" * 20
        )
        answers = [(await line.answer()).status for _ in range(40)]
    assert answers == [200, 401] * 20


async def test_a_client_that_leaves_in_the_middle_is_no_mistake_of_ours(stage: Stage) -> None:
    for piece in (b"POST", b"POST /api/widget/devices HTTP/1.1\r\n" + JSON + b"Content-Length: 500\r\n\r\n{"):
        async with connected(stage.node.port) as line:
            await line.send(piece)
    await asyncio.sleep(0)
    async with connected(stage.node.port) as line:
        await line.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await line.answer()).status == 200
    assert "Traceback" not in stage.node.log
