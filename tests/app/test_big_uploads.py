"""Uploads to a real server: killed in between, cut off, and larger than its memory.

`BIG_UPLOAD_MB=2048 .venv/bin/python -m pytest tests/app/test_big_uploads.py` sends more than the 64 MiB of every day.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from time import sleep

import httpx
import psutil
import pytest

from tests.app.server_process import ServerProcess
from tests.database import reachable_folder
from tests.s3 import S3

MEGABYTE = 1024 * 1024
BIG = int(os.environ.get("BIG_UPLOAD_MB", "64")) * MEGABYTE
# What a part in memory, its copy on the way to the disk, and the allocator's reserve add up to.
MEMORY = 48 * MEGABYTE
STREAM = {"Content-Type": "application/offset+octet-stream"}
# Long enough not to repeat within a part, cheap enough to make gigabytes of.
BLOCK = b"".join(hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(MEGABYTE // 32))


def blocks(start: int, end: int) -> Iterator[bytes]:
    """Bytes `start` to `end` of an endless file of which no two megabytes are the same."""
    while start < end:
        number, within = divmod(start, MEGABYTE)
        block = number.to_bytes(8, "big") + BLOCK[8:]
        piece = block[within : within + min(MEGABYTE - within, end - start)]
        yield piece
        start += len(piece)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder of the test's own."""
    folder = reachable_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["folder"])
def server(request: pytest.FixtureRequest, folder: Path) -> Iterator[ServerProcess]:
    """A server that takes larger files than most. By parameter: where it keeps them."""
    told = {"ALONGSIDE_FILE_LIMIT": str(20 * 1024 * MEGABYTE)}
    if request.param == "s3":
        s3: S3 = request.getfixturevalue("s3")
        told |= s3.environment()
    server = ServerProcess(folder / "data", **told)
    server.start()
    server.set_up()
    yield server
    server.kill()


@pytest.fixture
def widget(server: ServerProcess) -> Iterator[httpx.Client]:
    """A visitor's device."""
    device = httpx.post(f"{server.url}/api/widget/devices", json={"workspace": "luma"}).raise_for_status()
    headers = {"Authorization": f"Bearer {device.json()['token']}", "Tus-Resumable": "1.0.0"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=300) as client:
        yield client


def begin(widget: httpx.Client, length: int) -> str:
    answer = widget.post("/api/uploads", headers={"Upload-Length": str(length)})
    return answer.raise_for_status().headers["location"]


def offset_of(widget: httpx.Client, place: str) -> int:
    return int(widget.head(place).raise_for_status().headers["upload-offset"])


def send(widget: httpx.Client, place: str, content: Iterator[bytes]) -> None:
    offset = offset_of(widget, place)
    widget.patch(place, content=content, headers=STREAM | {"Upload-Offset": str(offset)}).raise_for_status()


def go_on(widget: httpx.Client, place: str, length: int) -> None:
    """Ask how far it is and send the rest; ask again if what was sent before the cut arrived meanwhile."""
    for _ in range(10):
        offset = offset_of(widget, place)
        headers = STREAM | {"Upload-Offset": str(offset)}
        answer = widget.patch(place, content=blocks(offset, length), headers=headers)
        if answer.status_code != HTTPStatus.CONFLICT:
            break
    answer.raise_for_status()


def wait_until_counted(widget: httpx.Client, place: str, offset: int) -> None:
    """Until more bytes than `offset` are there, though the request that brings them goes on."""
    with httpx.Client(base_url=widget.base_url, headers=widget.headers) as other:
        while offset_of(other, place) <= offset:
            sleep(0.05)


def check(widget: httpx.Client, place: str, length: int) -> None:
    """What comes down is what went up."""
    expected, found, size = hashlib.sha256(), hashlib.sha256(), 0
    for block in blocks(0, length):
        expected.update(block)
    with widget.stream("GET", f"/api/files/{place.rsplit('/', 1)[-1]}") as answer:
        for piece in answer.raise_for_status().iter_bytes():
            found.update(piece)
            size += len(piece)
    assert (size, found.digest()) == (length, expected.digest())


def test_a_server_that_is_killed_loses_nothing_that_was_counted(
    server: ServerProcess, widget: httpx.Client
) -> None:
    length = 24 * MEGABYTE
    place = begin(widget, length)
    offsets = [0]
    for part in (7, 13):

        def fatal(start: int = offsets[-1], alive: int = part) -> Iterator[bytes]:
            yield from islice(blocks(start, length), alive)
            wait_until_counted(widget, place, start)
            server.kill()
            yield from blocks(start + alive * MEGABYTE, length)

        with pytest.raises(httpx.TransportError):
            send(widget, place, fatal())
        server.start()
        offsets.append(offset_of(widget, place))
    assert 0 < offsets[1] < offsets[2] < length
    send(widget, place, blocks(offsets[-1], length))
    check(widget, place, length)


def test_a_line_that_is_cut_keeps_what_came_through(widget: httpx.Client) -> None:
    length = 10 * MEGABYTE
    place = begin(widget, length)

    def cut() -> Iterator[bytes]:
        yield from islice(blocks(0, length), 6)
        wait_until_counted(widget, place, 0)
        raise httpx.WriteError("the network is gone")

    with pytest.raises(httpx.WriteError):
        send(widget, place, cut())
    offset = offset_of(widget, place)
    assert 4 * MEGABYTE <= offset <= 6 * MEGABYTE
    go_on(widget, place, length)
    check(widget, place, length)


@pytest.mark.parametrize("server", ["folder", "s3"], indirect=True)
def test_a_file_larger_than_the_memory_goes_up_and_comes_down(
    server: ServerProcess, widget: httpx.Client
) -> None:
    assert server._process
    process = psutil.Process(server._process.pid)
    warm = begin(widget, 8 * MEGABYTE)
    send(widget, warm, blocks(0, 8 * MEGABYTE))
    before, most = process.memory_info().rss, 0

    def watched() -> Iterator[bytes]:
        nonlocal most
        for block in blocks(0, BIG):
            most = max(most, process.memory_info().rss)
            yield block

    place = begin(widget, BIG)
    send(widget, place, watched())
    check(widget, place, BIG)
    assert max(most, process.memory_info().rss) - before < MEMORY
