"""What can go wrong between us and an S3."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from alongside.kit.errors import Misconfigured, Unavailable
from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings
from alongside.storage.diagnosis import check_files
from alongside.storage.files import FileStore, open_file_store, try_out
from tests.s3 import S3, Wire

WORKSPACE = uuid7()
MEGABYTE = 1024 * 1024


async def big() -> AsyncIterator[bytes]:
    for number in range(12):
        yield bytes([number]) * MEGABYTE


async def refuses_everything(store: FileStore) -> None:
    digest = bytes(32)
    for doing in (
        store.put(WORKSPACE, big(), limit=20 * MEGABYTE),
        store.shelf.write("small", b"small"),
        store.contains(WORKSPACE, digest),
        anext(store.open(WORKSPACE, digest)),
        anext(store.open(WORKSPACE, digest, start=0, end=1)),
        store.delete(WORKSPACE, digest),
        store.parts.uploads(WORKSPACE),
        try_out(store),
    ):
        with pytest.raises(Unavailable):
            await doing


async def test_with_a_wrong_key_nothing_goes_in_or_out(s3: S3, settings: Settings) -> None:
    wrong = s3.settings(settings, files_secret_key=SecretStr("another"), files_timeout=2.0)
    await refuses_everything(open_file_store(wrong))


async def test_a_server_that_is_away_is_unavailable_and_is_used_again_when_it_is_back(
    s3: S3, wire: Wire, settings: Settings
) -> None:
    address = await wire.open()
    store = open_file_store(s3.settings(settings, files_endpoint=address, files_timeout=5.0))
    stored = await store.put(WORKSPACE, big(), limit=20 * MEGABYTE)
    await wire.cut()
    await refuses_everything(store)
    await wire.open()
    pieces = [piece async for piece in store.open(WORKSPACE, stored.sha256)]
    assert sum(map(len, pieces)) == stored.size


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever(
    s3: S3, wire: Wire, settings: Settings
) -> None:
    wire.silent = True
    store = open_file_store(s3.settings(settings, files_endpoint=await wire.open(), files_timeout=0.5))
    with pytest.raises(Unavailable):
        await store.shelf.write("small", b"small")
    with pytest.raises(Unavailable):
        await store.contains(WORKSPACE, bytes(32))


async def test_a_slow_server_gets_and_gives_everything(s3: S3, wire: Wire, settings: Settings) -> None:
    wire.pause = 0.005
    store = open_file_store(s3.settings(settings, files_endpoint=await wire.open()))
    stored = await store.put(WORKSPACE, big(), limit=20 * MEGABYTE)
    pieces = [piece async for piece in store.open(WORKSPACE, stored.sha256)]
    assert b"".join(pieces) == b"".join([piece async for piece in big()])


def test_a_store_that_cannot_be_opened_is_a_matter_of_settings(tmp_path: Path) -> None:
    for url in ("nonsense://bucket", "s3://", "not even a url"):
        with pytest.raises(Misconfigured):
            open_file_store(Settings(data_dir=tmp_path, files_url=url))


def test_the_secret_is_in_no_words_about_the_settings(s3: S3, settings: Settings) -> None:
    told = s3.settings(settings, files_secret_key=SecretStr("hush-hush"))
    assert "hush-hush" not in repr(told) + str(told.model_dump())


async def test_doctor_says_whether_the_bucket_works_and_what_to_look_at(s3: S3, settings: Settings) -> None:
    assert (await check_files(s3.settings(settings))).severity == "ok"
    wrong = s3.settings(settings, files_secret_key=SecretStr("another"), files_timeout=2.0)
    away = s3.settings(settings, files_endpoint="http://127.0.0.1:9", files_timeout=2.0)
    odd = settings.model_copy(update={"files_url": "nonsense://bucket"})
    found = [await check_files(each) for each in (wrong, away, odd)]
    assert [finding.severity for finding in found] == ["error"] * 3
    assert all("ALONGSIDE_FILES" in finding.hint for finding in found)
    assert (await check_files(settings)).message == "They are kept in the data folder."
