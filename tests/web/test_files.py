"""Files up and down."""

import hashlib
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio

from alongside.kit.ids import uuid7
from tests.web.rooms import Reception, with_settings
from tests.web.talks import Talks

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
PAGE = b"<!doctype html><script>alert(1)</script>"


@pytest_asyncio.fixture
async def talks(reception: Reception) -> AsyncIterator[Talks]:
    """A workspace in which one can have conversations."""
    talks = Talks(reception)
    await talks.set_up()
    yield talks


async def upload(client: httpx.AsyncClient, content: bytes = PNG, name: str = "bill.png") -> httpx.Response:
    return await client.post(
        "/api/files",
        content=content,
        headers={"X-File-Name": quote(name), "Content-Type": "image/png"},
    )


async def test_a_file_comes_back_as_it_was_sent(talks: Talks) -> None:
    async with talks.reception.visiting() as widget:
        card = (await upload(widget, name="Zählerstand März.png")).json()
        assert card == {
            "file_id": card["file_id"],
            "name": "Zählerstand März.png",
            "media_type": "image/png",
            "size": len(PNG),
        }
        answer = await widget.get(f"/api/files/{card['file_id']}")
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-length"] == str(len(PNG))
    assert answer.headers["etag"] == f'"{hashlib.sha256(PNG).hexdigest()}"'


async def test_a_picture_may_be_shown_and_anything_else_is_for_saving_and_runs_nowhere(talks: Talks) -> None:
    async with talks.reception.visiting() as widget:
        for content, name, shown in (
            (PNG, 'a"b\\.png', "inline"),
            (PAGE, "x.html", "attachment"),
            (b"%PDF-1.7 ", "b.pdf", "attachment"),
        ):
            card = (await upload(widget, content, name)).json()
            headers = (await widget.get(f"/api/files/{card['file_id']}")).headers
            assert headers["content-disposition"].startswith(f"{shown}; filename=")
            assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["content-type"] != "text/html"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\a.exe", "a.exe"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie_ x=1.png"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("", "file"),
    ],
)
async def test_a_hostile_name_is_made_harmless(talks: Talks, sent: str, kept: str) -> None:
    async with talks.reception.visiting() as widget:
        card = (await upload(widget, name=sent)).json()
        answer = await widget.get(f"/api/files/{card['file_id']}")
    assert card["name"] == kept
    assert "set-cookie" not in answer.headers


async def test_a_name_that_is_no_utf8_is_refused(talks: Talks) -> None:
    async with talks.reception.visiting() as widget:
        answer = await widget.post("/api/files", content=PNG, headers={"X-File-Name": "%ff%fe"})
    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"X-File-Name"})


async def test_too_large_is_refused_whether_the_length_is_told_or_not(talks: Talks) -> None:
    small = Talks(Reception(with_settings(talks.rooms, file_limit=1000), talks.workspace))

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield PNG

    async with small.reception.visiting() as widget:
        told = await upload(widget)
        untold = await widget.post("/api/files", content=pieces(), headers={"X-File-Name": "big"})
        fits = await upload(widget, b"x" * 1000)
    assert [(each.status_code, each.json()["code"]) for each in (told, untold)] == [(413, "too_large")] * 2
    assert fits.status_code == 201


async def test_a_file_is_for_who_sent_it_until_it_is_in_a_message_and_then_for_all_who_may_read_that(
    talks: Talks,
) -> None:
    device = await talks.reception.device()
    talk = await talks.started(device)
    async with (
        talks.reception.asking(Authorization=f"Bearer {device.token}") as widget,
        talks.reception.visiting() as stranger,
        talks.reception.signed_in() as desk,
    ):
        told, noted = [(await upload(desk, name=name)).json() for name in ("told.png", "noted.png")]
        places = [f"/api/files/{each['file_id']}" for each in (told, noted)]
        assert [(await widget.get(place)).status_code for place in places] == [404, 404]
        said = {"entry_id": str(uuid7()), "text": "", "files": [told["file_id"]]}
        left = {"entry_id": str(uuid7()), "text": "see", "files": [noted["file_id"]]}
        for _ in range(2):
            await desk.post(f"/api/conversations/{talk}/messages", json=said)
            await desk.post(f"/api/conversations/{talk}/notes", json=left)
        assert [(await widget.get(place)).status_code for place in places] == [200, 404]
        assert [(await stranger.get(place)).status_code for place in places] == [404, 404]
        page = (await widget.get(f"/api/widget/conversations/{talk}/entries")).json()
        assert [each["body"]["files"] for each in page["entries"] if each["kind"] == "message"] == [[told]]
        [own] = (await widget.get("/api/widget/conversations")).json()["items"]
        assert own["preview"] == "told.png"


async def test_nobody_sends_what_another_uploaded(talks: Talks) -> None:
    talk = await talks.started(await talks.reception.device())
    async with talks.reception.visiting() as other, talks.reception.signed_in() as desk:
        card = (await upload(other)).json()
        answer = await desk.post(
            f"/api/conversations/{talk}/messages",
            json={"entry_id": str(uuid7()), "text": "mine", "files": [card["file_id"]]},
        )
    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"files"})


async def test_one_range_is_answered_and_what_is_known_is_not_sent_again(talks: Talks) -> None:
    async with talks.reception.visiting() as widget:
        card = (await upload(widget)).json()
        place, size = f"/api/files/{card['file_id']}", len(PNG)
        etag = (await widget.get(place)).headers["etag"]
        known = await widget.get(place, headers={"If-None-Match": f'"x", W/{etag}'})
        assert (known.status_code, known.content) == (304, b"")
        for asked, start, end in (
            ("0-9", 0, 10),
            ("100-", 100, size),
            ("-5", size - 5, size),
            ("5-999999", 5, size),
        ):
            part = await widget.get(place, headers={"Range": f"bytes={asked}"})
            assert (part.status_code, part.content) == (206, PNG[start:end])
            assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        for odd in ("bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b"):
            assert (await widget.get(place, headers={"Range": odd})).status_code == 200
        stale = await widget.get(place, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
        assert stale.status_code == 200
        beyond = await widget.get(place, headers={"Range": f"bytes={size}-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")


async def test_without_a_token_there_are_no_files(talks: Talks) -> None:
    async with talks.reception.visiting() as widget, talks.reception.asking() as nobody:
        card = (await upload(widget)).json()
        assert (await nobody.get(f"/api/files/{card['file_id']}")).status_code == 401
        assert (await upload(nobody)).status_code == 401
    async with talks.reception.signed_in("viewer") as viewer:
        assert (await upload(viewer)).status_code == 403
