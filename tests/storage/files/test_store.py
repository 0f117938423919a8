"""Content goes in as a stream, is counted and named by its hash, and comes out for its workspace only."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from obstore.store import MemoryStore

from alongside.kit.errors import Misconfigured, NotFound, TooLarge
from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings
from alongside.storage.files import FileStore, Stored, open_file_store

WORKSPACE, OTHER = uuid7(), uuid7()
MEGABYTE = 1024 * 1024


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def read(store: FileStore, workspace: UUID, sha256: bytes, **part: int) -> bytes:
    return b"".join([piece async for piece in store.open(workspace, sha256, **part)])


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, settings: Settings) -> FileStore:
    return open_file_store(settings) if request.param == "folder" else FileStore(MemoryStore())


async def test_what_went_in_comes_out(store: FileStore) -> None:
    parts = [bytes([number]) * 100_000 for number in range(30)]
    stored = await store.put(WORKSPACE, pieces(*parts), limit=10 * MEGABYTE)
    content = b"".join(parts)
    assert stored == Stored(hashlib.sha256(content).digest(), len(content), "application/octet-stream")
    assert await read(store, WORKSPACE, stored.sha256) == content


async def test_a_part_can_be_read(store: FileStore) -> None:
    stored = await store.put(WORKSPACE, pieces(b"0123456789"), limit=100)
    assert await read(store, WORKSPACE, stored.sha256, start=3, end=6) == b"345"
    assert await read(store, WORKSPACE, stored.sha256, start=7) == b"789"


async def test_an_empty_file_is_a_file(store: FileStore) -> None:
    stored = await store.put(WORKSPACE, pieces(), limit=100)
    assert (stored.size, await read(store, WORKSPACE, stored.sha256)) == (0, b"")


async def test_the_same_content_twice_is_stored_once(settings: Settings) -> None:
    store = open_file_store(settings)
    first = await store.put(WORKSPACE, pieces(b"bill"), limit=100)
    assert await store.put(WORKSPACE, pieces(b"bi", b"ll"), limit=100) == first
    assert len(files_below(settings.data_dir / "files")) == 1


async def test_another_workspace_cannot_read_what_it_knows_the_hash_of(store: FileStore) -> None:
    stored = await store.put(WORKSPACE, pieces(b"bill"), limit=100)
    with pytest.raises(NotFound):
        await read(store, OTHER, stored.sha256)


async def test_deleting_in_one_workspace_leaves_the_others(store: FileStore) -> None:
    stored = await store.put(WORKSPACE, pieces(b"bill"), limit=100)
    await store.put(OTHER, pieces(b"bill"), limit=100)
    await store.delete(WORKSPACE, stored.sha256)
    await store.delete(WORKSPACE, stored.sha256)
    with pytest.raises(NotFound):
        await read(store, WORKSPACE, stored.sha256)
    assert await read(store, OTHER, stored.sha256) == b"bill"


async def test_a_file_over_the_limit_is_refused_while_it_comes_in_and_leaves_nothing(
    settings: Settings,
) -> None:
    asked_for = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked_for
        while True:
            asked_for += 1
            yield b"x" * MEGABYTE

    store = open_file_store(settings)
    with pytest.raises(TooLarge):
        await store.put(WORKSPACE, endless(), limit=20 * MEGABYTE)
    assert asked_for == 21
    assert files_below(settings.data_dir / "files") == []


async def test_exactly_the_limit_is_taken(store: FileStore) -> None:
    assert (await store.put(WORKSPACE, pieces(b"x" * 100), limit=100)).size == 100


async def test_a_sender_who_goes_away_leaves_nothing(settings: Settings) -> None:
    class WentAway(Exception):
        pass

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 8 * MEGABYTE
        raise WentAway

    with pytest.raises(WentAway):
        await open_file_store(settings).put(WORKSPACE, broken(), limit=20 * MEGABYTE)
    assert files_below(settings.data_dir / "files") == []


async def test_an_upload_that_is_cancelled_leaves_nothing(settings: Settings) -> None:
    begun = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield b"x" * 8 * MEGABYTE
        begun.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(open_file_store(settings).put(WORKSPACE, stuck(), limit=20 * MEGABYTE))
    await begun.wait()
    upload.cancel()
    await asyncio.gather(upload, return_exceptions=True)
    assert upload.cancelled()
    assert files_below(settings.data_dir / "files") == []


def test_a_store_that_cannot_be_opened_is_a_matter_of_settings(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        open_file_store(Settings(data_dir=tmp_path, files_url="nonsense://bucket"))
