"""Uploads that go on after an interruption, as tus 1.0.0 says."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from litestar.exceptions import InternalServerException

from alongside.kit.ids import uuid7
from alongside.web.rooms import Rooms
from tests.web.rooms import Reception, with_settings
from tests.web.talks import Talks

MEGABYTE = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest_asyncio.fixture
async def talks(reception: Reception) -> AsyncIterator[Talks]:
    """A workspace in which one can have conversations."""
    talks = Talks(reception)
    await talks.set_up()
    yield talks


@pytest_asyncio.fixture
async def widget(talks: Talks) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor's device that speaks tus."""
    async with talks.reception.visiting() as client:
        client.headers["Tus-Resumable"] = "1.0.0"
        yield client


def with_limits(talks: Talks, **limits: int) -> Reception:
    return Reception(with_settings(talks.rooms, **limits), talks.workspace)


async def begin(
    client: httpx.AsyncClient, length: int, name: str = "bill.png", **more: str
) -> httpx.Response:
    metadata = f"filename {base64.b64encode(name.encode()).decode()},filetype aW1hZ2UvcG5n"
    headers = {"Upload-Length": str(length), "Upload-Metadata": metadata} | more
    return await client.post("/api/uploads", headers=headers)


async def begun(client: httpx.AsyncClient, length: int, name: str = "bill.png") -> str:
    answer = await begin(client, length, name)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def add(
    client: httpx.AsyncClient, place: str, offset: int, content: bytes | AsyncIterator[bytes], **more: str
) -> httpx.Response:
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    return await client.patch(place, content=content, headers=headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def offset_of(client: httpx.AsyncClient, place: str) -> int:
    answer = await client.head(place)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def kept_parts(rooms: Rooms) -> list[Path]:
    return [path for path in (rooms.settings.data_dir / "files").glob("*/uploads/**/*") if path.is_file()]


async def test_a_file_in_two_requests_becomes_one_that_can_be_sent(
    talks: Talks, widget: httpx.AsyncClient
) -> None:
    place = await begun(widget, len(PNG), "Zählerstand März.png")
    first = await add(widget, place, 0, PNG[:1000])
    assert (first.status_code, first.headers["upload-offset"]) == (204, "1000")
    assert await offset_of(widget, place) == 1000
    assert (await widget.get(place)).json()["file"] is None
    last = await add(widget, place, 1000, PNG[1000:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(PNG)))
    file_id = place.rsplit("/", 1)[-1]
    state = (await widget.get(place)).json()
    assert state["file"] == {
        "file_id": file_id,
        "name": "Zählerstand März.png",
        "media_type": "image/png",
        "size": len(PNG),
    }
    fetched = await widget.get(f"/api/files/{file_id}")
    assert fetched.content == PNG
    assert fetched.headers["etag"] == f'"{hashlib.sha256(PNG).hexdigest()}"'
    assert kept_parts(talks.rooms) == []
    assert await offset_of(widget, place) == len(PNG)


async def test_what_may_be_uploaded_is_told_to_everybody(talks: Talks) -> None:
    async with with_limits(talks, file_limit=1000, unfinished_uploads=3).asking() as nobody:
        answer = await nobody.options("/api/uploads")
    assert answer.status_code == 204
    told = {name: answer.headers[name] for name in ("tus-version", "tus-max-size", "alongside-max-uploads")}
    assert told == {"tus-version": "1.0.0", "tus-max-size": "1000", "alongside-max-uploads": "3"}
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "checksum", "termination"
    }  # fmt: skip
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256,md5"


async def test_the_first_bytes_may_come_with_the_beginning(widget: httpx.AsyncClient) -> None:
    headers = {"Upload-Length": str(len(PNG)), "Content-Type": "application/offset+octet-stream"}
    some = await widget.post("/api/uploads", content=PNG[:10], headers=headers)
    assert (some.status_code, some.headers["upload-offset"]) == (201, "10")
    every = await widget.post("/api/uploads", content=PNG, headers=headers)
    assert (await widget.get(every.headers["location"])).json()["file"]["size"] == len(PNG)


async def test_an_empty_file_is_whole_at_once(widget: httpx.AsyncClient) -> None:
    place = await begun(widget, 0, "empty.txt")
    file = (await widget.get(place)).json()["file"]
    assert (file["name"], file["size"]) == ("empty.txt", 0)
    assert (await widget.get(f"/api/files/{file['file_id']}")).content == b""


@pytest.mark.parametrize("offset", ["999", "1001", "0", str(10**14)])
async def test_a_wrong_offset_is_refused_and_adds_nothing(widget: httpx.AsyncClient, offset: str) -> None:
    place = await begun(widget, 5000)
    await add(widget, place, 0, b"x" * 1000)
    answer = await add(widget, place, int(offset), b"y" * 10)
    assert code(answer) in {(409, "wrong_offset"), (413, "too_large")}
    assert await offset_of(widget, place) == 1000


@pytest.mark.parametrize("value", ["", "-1", "1.5", "abc", "٣", "9" * 5000, None])
@pytest.mark.parametrize("name", ["Upload-Length", "Upload-Offset"])
async def test_a_number_that_is_none_is_refused(
    widget: httpx.AsyncClient, name: str, value: str | None
) -> None:
    told = [] if value is None else [(name.encode(), value.encode())]
    if name == "Upload-Length":
        answer = await widget.post("/api/uploads", headers=httpx.Headers(told))
    else:
        place = await begun(widget, 10)
        headers = httpx.Headers([*told, (b"Content-Type", b"application/offset+octet-stream")])
        answer = await widget.patch(place, content=b"x", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["fields"].keys() == {name}
    assert answer.headers["tus-resumable"] == "1.0.0"


async def test_more_bytes_than_were_told_are_refused(widget: httpx.AsyncClient) -> None:
    async def untold() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 5

    place = await begun(widget, 10)
    assert code(await add(widget, place, 0, b"x" * 11)) == (413, "too_large")
    assert code(await add(widget, place, 0, untold())) == (413, "too_large")
    assert await offset_of(widget, place) == 0
    assert (await add(widget, place, 0, b"x" * 10)).status_code == 204


async def test_too_large_is_refused_before_a_byte_is_sent_and_the_limit_is_told(talks: Talks) -> None:
    async with with_limits(talks, file_limit=10 * MEGABYTE).visiting() as widget:
        widget.headers["Tus-Resumable"] = "1.0.0"
        answer = await begin(widget, 10 * 1024 * MEGABYTE)
        fits = await begin(widget, 10 * MEGABYTE)
    assert code(answer) == (413, "too_large")
    assert answer.json()["hint"] == "Send one of at most 10 MiB."
    assert answer.json()["fields"] == {"limit": str(10 * MEGABYTE)}
    assert fits.status_code == 201


async def test_only_so_many_uploads_are_open_at_once_for_each(talks: Talks) -> None:
    reception = with_limits(talks, unfinished_uploads=2)
    async with reception.visiting() as widget, reception.visiting() as other:
        for client in (widget, other):
            client.headers["Tus-Resumable"] = "1.0.0"
        answers = await asyncio.gather(*(begin(widget, 10) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [201, 201, 429, 429, 429]
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.json()["code"] == "too_many_uploads"
        assert int(refused.headers["retry-after"]) > 0
        assert (await begin(other, 10)).status_code == 201
        place = next(answer.headers["location"] for answer in answers if answer.status_code == 201)
        assert (await widget.delete(place)).status_code == 204
        assert (await begin(widget, 10)).status_code == 201


async def test_nobody_sees_or_continues_anothers_upload(talks: Talks, widget: httpx.AsyncClient) -> None:
    place = await begun(widget, 10)
    async with talks.reception.visiting() as stranger, talks.reception.signed_in() as desk:
        for client in (stranger, desk):
            client.headers["Tus-Resumable"] = "1.0.0"
            answers = [
                await client.head(place),
                await client.get(place),
                await add(client, place, 0, b"x"),
                await client.delete(place),
            ]
            assert [answer.status_code for answer in answers] == [404] * 4
    async with talks.reception.asking(Tus_Resumable="1.0.0") as nobody:
        assert (await begin(nobody, 1)).status_code == 401
        assert (await nobody.head(place)).status_code == 401
    async with talks.reception.signed_in("viewer") as viewer:
        assert (await begin(viewer, 1, **{"Tus-Resumable": "1.0.0"})).status_code == 403


async def test_an_agent_uploads_just_so(talks: Talks) -> None:
    async with talks.reception.signed_in() as desk:
        desk.headers["Tus-Resumable"] = "1.0.0"
        place = await begun(desk, 3)
        assert (await add(desk, place, 0, b"abc")).status_code == 204
        assert (await desk.get(place)).json()["file"]["size"] == 3


async def test_of_two_requests_at_the_same_offset_the_newer_one_goes_on(
    talks: Talks, widget: httpx.AsyncClient
) -> None:
    place = await begun(widget, 10)
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def hanging() -> AsyncIterator[bytes]:
        yield b"old"
        waiting.set()
        await go_on.wait()
        yield b"-old"

    older = asyncio.create_task(add(widget, place, 0, hanging()))
    await waiting.wait()
    newer = await add(widget, place, 0, b"newer")
    go_on.set()
    assert (newer.status_code, newer.headers["upload-offset"]) == (204, "5")
    assert code(await older) == (409, "taken_over")
    assert await offset_of(widget, place) == 5
    assert (await add(widget, place, 5, b"-rest")).status_code == 204
    assert (await widget.get(f"/api/files/{place.rsplit('/', 1)[-1]}")).content == b"newer-rest"


async def test_many_requests_at_the_same_offset_never_mix_their_bytes(widget: httpx.AsyncClient) -> None:
    for _ in range(5):
        place = await begun(widget, 4 * MEGABYTE)
        answers = await asyncio.gather(
            *(add(widget, place, 0, bytes([letter]) * 4 * MEGABYTE) for letter in b"abcd")
        )
        assert [answer.status_code for answer in answers].count(204) == 1
        assert {answer.status_code for answer in answers} <= {204, 409}
        content = (await widget.get(f"/api/files/{place.rsplit('/', 1)[-1]}")).content
        assert content in {bytes([letter]) * 4 * MEGABYTE for letter in b"abcd"}


async def test_what_came_before_an_interruption_is_not_sent_again(widget: httpx.AsyncClient) -> None:
    content = bytes(range(256)) * 40 * 1024

    async def broken() -> AsyncIterator[bytes]:
        yield content[: 5 * MEGABYTE]
        raise InternalServerException  # as Litestar tells of a connection that is gone

    place = await begun(widget, len(content))
    assert code(await add(widget, place, 0, broken())) == (503, "sender_gone")
    offset = await offset_of(widget, place)
    assert offset == 5 * MEGABYTE
    assert (await add(widget, place, offset, content[offset:])).status_code == 204
    assert (await widget.get(f"/api/files/{place.rsplit('/', 1)[-1]}")).content == content


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
async def test_bytes_that_changed_on_their_way_are_not_kept(
    talks: Talks, widget: httpx.AsyncClient, algorithm: str
) -> None:
    content = b"x" * 5 * MEGABYTE

    def summed(data: bytes) -> str:
        return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"

    place = await begun(widget, len(content))
    changed = await add(widget, place, 0, content, Upload_Checksum=summed(content + b"y"))
    assert (changed.status_code, changed.json()["code"]) == (460, "checksum")
    assert (await offset_of(widget, place), kept_parts(talks.rooms)) == (0, [])
    assert (await add(widget, place, 0, content, Upload_Checksum=summed(content))).status_code == 204


@pytest.mark.parametrize("value", ["sha512 eA==", "sha1", "sha1 ???", "", "sha1 "])
async def test_a_checksum_that_cannot_be_checked_is_refused(widget: httpx.AsyncClient, value: str) -> None:
    place = await begun(widget, 3)
    assert (await add(widget, place, 0, b"abc", Upload_Checksum=value)).status_code == 400


async def test_giving_up_takes_everything_away(talks: Talks, widget: httpx.AsyncClient) -> None:
    place = await begun(widget, 10)
    await add(widget, place, 0, b"abc")
    assert len(kept_parts(talks.rooms)) == 1
    assert (await widget.delete(place)).status_code == 204
    assert (kept_parts(talks.rooms), (await widget.head(place)).status_code) == ([], 404)
    assert (await widget.delete(place)).status_code == 404


async def test_a_finished_file_can_be_taken_back_until_it_is_sent(talks: Talks) -> None:
    talk = await talks.started(await talks.reception.device())
    async with talks.reception.signed_in() as desk:
        desk.headers["Tus-Resumable"] = "1.0.0"
        places = []
        for _ in range(2):
            places.append(await begun(desk, 3))
            await add(desk, places[-1], 0, b"abc")
        file_ids = [place.rsplit("/", 1)[-1] for place in places]
        message = {"entry_id": str(uuid7()), "text": "here", "files": [file_ids[0]]}
        assert (await desk.post(f"/api/conversations/{talk}/messages", json=message)).is_success
        assert [(await desk.delete(place)).status_code for place in places] == [409, 204]
        fetched = [(await desk.get(f"/api/files/{file_id}")).status_code for file_id in file_ids]
    assert fetched == [200, 404]


async def test_an_upload_that_nobody_goes_on_with_expires(talks: Talks, widget: httpx.AsyncClient) -> None:
    place = await begun(widget, 10)
    expires = (await widget.head(place)).headers["upload-expires"]
    assert expires == "Mon, 23 Nov 2026 12:00:00 GMT"
    talks.reception.clock.set(talks.reception.clock.now() + timedelta(hours=20))
    assert (await add(widget, place, 0, b"abc")).headers["upload-expires"] == "Tue, 24 Nov 2026 08:00:00 GMT"
    talks.reception.clock.set(talks.reception.clock.now() + timedelta(hours=25))
    assert code(await add(widget, place, 3, b"abc")) == (410, "gone")
    assert (await widget.head(place)).status_code == 410


@pytest.mark.parametrize("version", ["", "0.2.2", "2.0.0"])
async def test_another_version_is_refused_and_told_which_one_is_spoken(
    widget: httpx.AsyncClient, version: str
) -> None:
    widget.headers["Tus-Resumable"] = version
    answer = await begin(widget, 10)
    assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")
    assert answer.headers["tus-resumable"] == "1.0.0"


async def test_a_body_that_is_no_part_or_is_compressed_is_refused(widget: httpx.AsyncClient) -> None:
    place = await begun(widget, 10)
    form = await add(widget, place, 0, b"a=1", Content_Type="application/x-www-form-urlencoded")
    packed = await add(widget, place, 0, b"\x1f\x8b", Content_Encoding="gzip")
    assert [form.status_code, packed.status_code] == [415, 415]
    assert await offset_of(widget, place) == 0


@pytest.mark.parametrize(
    "metadata",
    ["filename !!!", "filename //4=", "filename " + "YWFh" * 5000],
    ids=["base64", "utf-8", "long"],
)
async def test_a_name_that_cannot_be_read_is_refused(widget: httpx.AsyncClient, metadata: str) -> None:
    answer = await widget.post("/api/uploads", headers={"Upload-Length": "1", "Upload-Metadata": metadata})
    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"Upload-Metadata"})


async def test_a_hostile_name_is_made_harmless_and_none_is_a_file(widget: httpx.AsyncClient) -> None:
    for sent, kept in (("../../etc/passwd", "passwd"), ("photo\u202egnp.exe", "photognp.exe"), ("", "file")):
        place = await begun(widget, 0, sent)
        assert (await widget.get(place)).json()["file"]["name"] == kept
    nameless = await widget.post("/api/uploads", headers={"Upload-Length": "0"})
    assert (await widget.get(nameless.headers["location"])).json()["file"]["name"] == "file"


async def test_post_stands_for_patch_and_delete_where_nothing_else_gets_through(
    widget: httpx.AsyncClient,
) -> None:
    place = await begun(widget, 3)
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    patched = await widget.post(place, content=b"abc", headers=headers | {"X-HTTP-Method-Override": "PATCH"})
    assert (patched.status_code, patched.headers["upload-offset"]) == (204, "3")
    assert (await widget.post(place, headers={"X-HTTP-Method-Override": "DELETE"})).status_code == 204
    assert (await widget.post(place)).status_code == 405


async def test_countless_little_parts_are_refused(widget: httpx.AsyncClient, reception: Reception) -> None:
    place = await begun(widget, 3000)
    upload_id = place.rsplit("/", 1)[-1]
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        await connection.execute("update upload set parts = 1000 where upload_id = $1::text::uuid", upload_id)
    assert code(await add(widget, place, 0, b"x")) == (422, "too_many_parts")
    assert kept_parts(reception.rooms) == []
