"""Content goes in as a stream, is counted and named by its hash, and comes out for its workspace only: the same in a
folder, in memory, and on a real S3."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from obstore.store import MemoryStore

from alongside.kit.errors import NotFound, TooLarge, Unavailable
from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings
from alongside.storage.files import FileStore, Stored, measure, open_file_store, try_out
from tests.s3 import S3

WORKSPACE, OTHER = uuid7(), uuid7()
MEGABYTE = 1024 * 1024


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def read(store: FileStore, workspace: UUID, sha256: bytes, **part: int) -> bytes:
    return b"".join([piece async for piece in store.open(workspace, sha256, **part)])


async def everything(store: FileStore) -> list[str]:
    """What lies in the store, whatever it is."""
    return [each.path for each in await store.shelf.below("")]


@pytest.fixture(params=["folder", "memory", "s3"])
def store(request: pytest.FixtureRequest, settings: Settings) -> FileStore:
    if request.param == "memory":
        return FileStore(MemoryStore())
    if request.param == "s3":
        s3: S3 = request.getfixturevalue("s3")
        return open_file_store(s3.settings(settings))
    return open_file_store(settings)


async def test_what_went_in_comes_out(store: FileStore) -> None:
    parts = [bytes([number]) * 100_000 for number in range(30)]
    stored = await store.put(WORKSPACE, pieces(*parts), limit=10 * MEGABYTE)
    content = b"".join(parts)
    assert stored == Stored(hashlib.sha256(content).digest(), len(content), "application/octet-stream")
    assert await read(store, WORKSPACE, stored.sha256) == content


async def test_a_file_that_takes_many_pieces_comes_out_whole(store: FileStore) -> None:
    blocks = [bytes([number]) * MEGABYTE for number in range(23)]
    stored = await store.put(WORKSPACE, pieces(*blocks), limit=30 * MEGABYTE)
    content = b"".join(blocks)
    assert stored.sha256 == hashlib.sha256(content).digest()
    assert await read(store, WORKSPACE, stored.sha256) == content
    middle = await read(store, WORKSPACE, stored.sha256, start=5 * MEGABYTE - 3, end=11 * MEGABYTE + 1)
    assert middle == content[5 * MEGABYTE - 3 : 11 * MEGABYTE + 1]


async def test_a_part_can_be_read(store: FileStore) -> None:
    stored = await store.put(WORKSPACE, pieces(b"0123456789"), limit=100)
    assert await read(store, WORKSPACE, stored.sha256, start=3, end=6) == b"345"
    assert await read(store, WORKSPACE, stored.sha256, start=7) == b"789"


async def test_an_empty_file_is_a_file(store: FileStore) -> None:
    stored = await store.put(WORKSPACE, pieces(), limit=100)
    assert (stored.size, await read(store, WORKSPACE, stored.sha256)) == (0, b"")
    assert await store.contains(WORKSPACE, stored.sha256)


async def test_a_measured_stream_is_stored_under_its_hash_at_once(store: FileStore) -> None:
    blocks = [bytes([number]) * MEGABYTE for number in range(7)]
    for parts in ([], [b"small"], blocks):
        stored = await measure(pieces(*parts), 30 * MEGABYTE)
        for _ in range(2):
            await store.settle_stream(WORKSPACE, stored, pieces(*parts))
        assert await read(store, WORKSPACE, stored.sha256) == b"".join(parts)


async def test_a_stream_that_is_not_what_was_measured_is_not_stored(store: FileStore) -> None:
    stored = await measure(pieces(b"bill"), 100)
    for changed in (b"mill", b"bil", b"bills"):
        with pytest.raises((Unavailable, TooLarge)):
            await store.settle_stream(WORKSPACE, stored, pieces(changed))
    assert not await store.contains(WORKSPACE, stored.sha256)


async def test_the_same_content_twice_is_stored_once(store: FileStore) -> None:
    first = await store.put(WORKSPACE, pieces(b"bill"), limit=100)
    assert await store.put(WORKSPACE, pieces(b"bi", b"ll"), limit=100) == first
    assert len(await everything(store)) == 1


async def test_another_workspace_cannot_read_what_it_knows_the_hash_of(store: FileStore) -> None:
    stored = await store.put(WORKSPACE, pieces(b"bill"), limit=100)
    assert not await store.contains(OTHER, stored.sha256)
    for part in ({}, {"start": 1, "end": 2}):
        with pytest.raises(NotFound):
            await read(store, OTHER, stored.sha256, **part)


async def test_deleting_in_one_workspace_leaves_the_others(store: FileStore) -> None:
    stored = await store.put(WORKSPACE, pieces(b"bill"), limit=100)
    await store.put(OTHER, pieces(b"bill"), limit=100)
    await store.delete(WORKSPACE, stored.sha256)
    await store.delete(WORKSPACE, stored.sha256)
    with pytest.raises(NotFound):
        await read(store, WORKSPACE, stored.sha256)
    assert await read(store, OTHER, stored.sha256) == b"bill"


async def test_a_file_over_the_limit_is_refused_while_it_comes_in_and_leaves_nothing(
    store: FileStore,
) -> None:
    asked_for = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked_for
        while True:
            asked_for += 1
            yield b"x" * MEGABYTE

    with pytest.raises(TooLarge) as refusal:
        await store.put(WORKSPACE, endless(), limit=20 * MEGABYTE)
    assert (asked_for, refusal.value.hint) == (21, "Send one of at most 20 MiB.")
    assert await everything(store) == []


async def test_exactly_the_limit_is_taken(store: FileStore) -> None:
    assert (await store.put(WORKSPACE, pieces(b"x" * 100), limit=100)).size == 100


async def test_a_sender_who_goes_away_leaves_nothing(store: FileStore) -> None:
    class WentAway(Exception):
        pass

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 8 * MEGABYTE
        raise WentAway

    with pytest.raises(WentAway):
        await store.put(WORKSPACE, broken(), limit=20 * MEGABYTE)
    assert await everything(store) == []


async def test_an_upload_that_is_cancelled_leaves_nothing(store: FileStore) -> None:
    begun = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield b"x" * 8 * MEGABYTE
        begun.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(store.put(WORKSPACE, stuck(), limit=20 * MEGABYTE))
    await begun.wait()
    upload.cancel()
    await asyncio.gather(upload, return_exceptions=True)
    assert upload.cancelled()
    assert await everything(store) == []


async def test_parts_are_read_in_the_order_that_is_asked_for_and_go_together(store: FileStore) -> None:
    upload, other, ids = uuid7(), uuid7(), [uuid7() for _ in range(4)]
    for number, part_id in enumerate(ids):
        await store.parts.write(WORKSPACE, upload, part_id, bytes([number]) * 3)
    await store.parts.write(WORKSPACE, other, ids[0], b"other")
    order = [ids[2], ids[0], ids[3]]
    assert [piece async for piece in store.parts.read(WORKSPACE, upload, order)] == [
        b"\2\2\2",
        b"\0\0\0",
        b"\3\3\3",
    ]
    assert set(await store.parts.uploads(WORKSPACE)) == {upload, other}
    assert await store.parts.uploads(OTHER) == []
    await store.parts.remove(WORKSPACE, upload, ids[:1])
    with pytest.raises(NotFound):
        assert [piece async for piece in store.parts.read(WORKSPACE, upload, ids)]
    for _ in range(2):
        await store.parts.remove_all(WORKSPACE, upload)
    assert await store.parts.uploads(WORKSPACE) == [other]


async def test_drafts_that_a_killed_server_left_go_when_they_are_old(store: FileStore) -> None:
    received = await store.receive(WORKSPACE, pieces(b"x" * 9 * MEGABYTE), limit=10 * MEGABYTE)
    assert await everything(store) == [received.path]
    assert await store.remove_drafts(WORKSPACE, datetime.now(UTC) - timedelta(hours=1)) == 0
    assert await store.remove_drafts(WORKSPACE, datetime.now(UTC) + timedelta(hours=1)) == 1
    assert await everything(store) == []


async def test_a_store_that_works_passes_its_trial_and_nothing_is_left(store: FileStore) -> None:
    await try_out(store)
    assert await everything(store) == []


async def test_in_a_folder_nobody_else_looks(settings: Settings, tmp_path: Path) -> None:
    await open_file_store(settings).put(WORKSPACE, pieces(b"bill"), limit=100)
    assert (settings.data_dir / "files").stat().st_mode & 0o077 == 0
