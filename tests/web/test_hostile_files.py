"""Files that want to be more than files: nothing unpacks them, nothing runs them, by whichever way they come."""

import base64
import gzip
import io
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio

from tests.web.rooms import Reception
from tests.web.talks import Talks

SCRIPT = b"<script>alert(document.cookie)</script>"
PIXEL = base64.b64decode(
    "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
)  # a GIF of one transparent pixel
ZEROS = gzip.compress(bytes(20 * 1024 * 1024))


def zip_of(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def zip_within_zip(levels: int) -> bytes:
    content = bytes(10 * 1024 * 1024)
    for _ in range(levels):
        content = zip_of("again.zip", content)
    return content


# name, content, the type that is told, whether it may be shown in a page
HOSTILE: list[tuple[str, bytes, str, bool]] = [
    ("page.html", b"<!doctype html>" + SCRIPT, "application/octet-stream", False),
    ("page.png", b"<!doctype html>" + SCRIPT, "application/octet-stream", False),
    ("image.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "application/octet-stream", False),
    ("late.txt", b"x" * 20_000 + SCRIPT, "text/plain", False),
    ("utf7.txt", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "text/plain", False),
    ("gif.js", PIXEL + b"/*" + SCRIPT, "image/gif", True),
    ("gif.html", b"GIF89a" + SCRIPT, "application/octet-stream", False),
    ("pdf.html", b"%PDF-1.7\n" + SCRIPT, "application/pdf", False),
    ("jar.gif", PIXEL + zip_of("Main.class", b"\xca\xfe\xba\xbe"), "image/gif", True),
    ("program.exe", b"MZ\x90\0\x03\0\0\0" + bytes(200), "application/octet-stream", False),
    ("shortcut.lnk", b"L\0\0\0\x01\x14\x02\0" + bytes(80), "application/octet-stream", False),
    ("flash.swf", b"CWS\x0a" + bytes(80), "application/octet-stream", False),
    ("mail.mht", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT, "text/plain", False),
    ("bomb.gz", ZEROS, "application/gzip", False),
    ("bomb.zip", zip_of("zeros", bytes(20 * 1024 * 1024)), "application/zip", False),
    ("bombs.zip", zip_within_zip(5), "application/zip", False),
    ("bomb.docx", zip_of("[Content_Types].xml", bytes(10 * 1024 * 1024)), "application/zip", False),
    ("bomb.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', "application/octet-stream", False),
    ("empty", b"", "text/plain", False),
]  # fmt: skip


@pytest_asyncio.fixture
async def widget(reception: Reception) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor's device that speaks tus."""
    await Talks(reception).set_up()
    async with reception.visiting() as client:
        client.headers["Tus-Resumable"] = "1.0.0"
        yield client


async def by_one_request(client: httpx.AsyncClient, name: str, content: bytes) -> str:
    headers = {"X-File-Name": name, "Content-Type": "text/html"}
    answer = await client.post("/api/files", content=content, headers=headers)
    return str(answer.raise_for_status().json()["file_id"])


async def by_tus(client: httpx.AsyncClient, name: str, content: bytes) -> str:
    metadata = f"filename {base64.b64encode(name.encode()).decode()},filetype dGV4dC9odG1s"
    headers = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
    place = (await client.post("/api/uploads", headers=headers)).raise_for_status().headers["location"]
    if content:
        headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        (await client.patch(place, content=content, headers=headers)).raise_for_status()
    return str(place.rsplit("/", 1)[-1])


@pytest.mark.parametrize("upload", [by_one_request, by_tus])
async def test_whatever_is_sent_comes_back_unchanged_and_harmless(
    widget: httpx.AsyncClient,
    upload: Callable[[httpx.AsyncClient, str, bytes], Awaitable[str]],
) -> None:
    for name, content, media_type, shown in HOSTILE:
        answer = await widget.get(f"/api/files/{await upload(widget, name, content)}")
        assert answer.content == content, name
        headers = answer.headers
        assert headers["content-type"].split(";")[0] == media_type, name
        assert headers["content-disposition"].startswith("inline" if shown else "attachment"), name
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert "content-encoding" not in headers


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
async def test_nothing_that_was_packed_is_unpacked_on_the_way_in(
    widget: httpx.AsyncClient, encoding: str
) -> None:
    packed = {"Content-Encoding": encoding}
    file = await widget.post("/api/files", content=ZEROS, headers=packed | {"X-File-Name": "a"})
    part = await widget.post(
        "/api/uploads",
        content=ZEROS,
        headers=packed | {"Upload-Length": "20971520", "Content-Type": "application/offset+octet-stream"},
    )
    form = await widget.post(
        "/api/session", content=ZEROS, headers=packed | {"Content-Type": "application/json"}
    )
    assert [file.status_code, part.status_code] == [415, 415]
    assert file.json()["code"] == "unsupported_media_type"
    assert form.status_code in {400, 415}


@pytest.mark.parametrize(
    "asked",
    ["bytes=" + "9" * 5000 + "-", "bytes=-" + "9" * 5000, "bytes=0-" + "9" * 5000, "bytes=٣-٤", "bytes=5-2"],
)
async def test_an_odd_range_breaks_nothing(widget: httpx.AsyncClient, asked: str) -> None:
    file_id = await by_one_request(widget, "a.gif", PIXEL)
    answer = await widget.get(f"/api/files/{file_id}", headers=[(b"Range", asked.encode())])
    assert answer.status_code in {200, 416}
