"""What is nobody's is taken away, and nothing else is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from alongside.conversations import attaching, content_store, file_store, jobs, sweeping, uploading
from alongside.conversations.attaching import Swept
from alongside.conversations.file_store import StoredFile
from alongside.conversations.upload_store import Part
from alongside.jobs import Running
from alongside.jobs.recurrence import Nothing
from alongside.kit.actors import person
from alongside.kit.clock import FixedClock, SystemClock
from alongside.kit.errors import NotFound
from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings
from alongside.storage import Connection, Database, FileStore
from alongside.storage.files import open_file_store

VISITOR = person(uuid7())


class House:
    """Files of one workspace, and their sweeping at any time."""

    def __init__(self, database: Database, workspace: UUID, files: FileStore) -> None:
        self.database = database
        self.workspace = workspace
        self.files = files
        self.now = SystemClock().now()

    async def upload(self, content: bytes) -> StoredFile:
        """A file as the edge stores one."""

        async def stream() -> AsyncIterator[bytes]:
            yield content

        received = await self.files.receive(self.workspace, stream(), limit=10**9)
        stored = received.stored
        async with self.database.transaction(self.workspace) as connection:
            await attaching.expect(connection, self.workspace, stored.sha256)
        await self.files.settle(self.workspace, received)
        file = StoredFile(uuid7(), stored.sha256, "bill.txt", stored.media_type, stored.size)
        async with self.database.transaction(self.workspace) as connection:
            await attaching.settle(connection, self.files, self.workspace, file, VISITOR)
        return file

    async def begin(self, *parts: bytes) -> UUID:
        """An upload that is not whole."""
        async with self.database.transaction(self.workspace) as connection:
            upload = await uploading.begin(
                connection, self.workspace, VISITOR, "film", 10**6, self.now, limit=10**9, at_once=9
            )
            holder, offset = await uploading.hold(connection, self.workspace, upload.upload_id, 0), 0
            for data in parts:
                part = Part(uuid7(), len(data))
                await self.files.parts.write(self.workspace, upload.upload_id, part.part_id, data)
                offset = await uploading.add(
                    connection, self.workspace, upload, holder, offset, [part], self.now
                )
        return upload.upload_id

    async def send(self, file: StoredFile) -> None:
        """Put a file into a message."""
        async with self.database.transaction(self.workspace) as connection:
            conversation_id = await _entry(connection, self.workspace)
            await file_store.attach(connection, self.workspace, conversation_id, 1, [file.file_id])

    async def sweep(self, after: timedelta) -> None:
        """Everything that is done by the clock."""
        running = Running(self.database, self.workspace, 1, 1)
        for job in jobs.jobs(self.files, FixedClock(self.now + after)):
            await job.run(running, Nothing())

    async def has(self, file: StoredFile) -> tuple[bool, bool]:
        """Whether there are its row and its content."""
        async with self.database.read(self.workspace) as connection:
            row = await file_store.own(connection, self.workspace, [file.file_id], VISITOR)
        return bool(row), await self.files.contains(self.workspace, file.sha256)

    async def stored(self) -> int:
        """How many objects there are."""
        return len(await self.files.shelf.below(""))


async def _entry(connection: Connection, workspace: UUID) -> UUID:
    ids = [uuid7() for _ in range(4)]
    await connection.execute(
        "insert into person (workspace_id, person_id) values ($1, $2)", workspace, ids[0]
    )
    await connection.execute(
        "insert into inbox (workspace_id, inbox_id, channel, name) values ($1, $2, 'web', 'Site')",
        workspace,
        ids[1],
    )
    await connection.execute(
        "insert into conversation (workspace_id, conversation_id, person_id, origin_person_id, inbox_id)"
        " values ($1, $2, $3, $3, $4)",
        workspace, ids[2], ids[0], ids[1],
    )  # fmt: skip
    await connection.execute(
        "insert into entry (workspace_id, conversation_id, seq, entry_id, kind, author_kind, at, body)"
        " values ($1, $2, 1, $3, 'message', 'person', now(), '{}')",
        workspace, ids[2], ids[3],
    )  # fmt: skip
    return ids[2]


@pytest.fixture
def house(database: Database, workspace: UUID, settings: Settings) -> House:
    return House(database, workspace, open_file_store(settings))


async def test_an_upload_that_nobody_goes_on_with_goes_with_all_its_parts(house: House) -> None:
    await house.begin(b"abc", b"def")
    await house.sweep(timedelta(hours=23))
    assert await house.stored() == 2
    await house.sweep(timedelta(hours=25))
    assert await house.stored() == 0


async def test_parts_whose_row_is_gone_go_too(house: House) -> None:
    """As when the server was killed between the two."""
    await house.files.parts.write(house.workspace, uuid7(), uuid7(), b"abc")
    await house.begin(b"kept")
    await house.sweep(timedelta(0))
    assert await house.stored() == 1


async def test_a_file_that_no_message_carries_goes_after_a_week_with_its_content(
    house: House,
) -> None:
    unsent, sent = await house.upload(b"unsent"), await house.upload(b"sent")
    await house.send(sent)
    await house.sweep(timedelta(days=6))
    assert await house.has(unsent) == (True, True)
    await house.sweep(timedelta(days=8))
    assert [await house.has(unsent), await house.has(sent)] == [(False, False), (True, True)]


async def test_content_that_another_file_has_stays(house: House) -> None:
    unsent, sent = await house.upload(b"the same"), await house.upload(b"the same")
    await house.send(sent)
    for _ in range(2):
        await house.sweep(timedelta(days=8))
    assert [await house.has(unsent), await house.has(sent)] == [(False, True), (True, True)]


async def test_content_whose_row_was_never_written_goes(house: House) -> None:
    """As when the server was killed between the two."""

    async def stream() -> AsyncIterator[bytes]:
        yield b"nobody's"

    received = await house.files.receive(house.workspace, stream(), limit=100)
    async with house.database.transaction(house.workspace) as connection:
        await attaching.expect(connection, house.workspace, received.stored.sha256)
    await house.files.settle(house.workspace, received)
    await house.sweep(timedelta(minutes=30))
    assert await house.stored() == 1
    await house.sweep(timedelta(hours=2))
    assert await house.stored() == 0


async def test_half_a_request_of_a_killed_server_goes_after_a_day(house: House) -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield b"x" * 9_000_000

    await house.files.receive(house.workspace, stream(), limit=10**7)
    await house.sweep(timedelta(hours=23))
    assert await house.stored() == 1
    await house.sweep(timedelta(hours=25))
    assert await house.stored() == 0


async def test_content_that_is_taken_away_while_it_is_uploaded_again_is_noticed(house: House) -> None:
    file = await house.upload(b"bill")
    async with house.database.transaction(house.workspace) as connection:
        await connection.execute("delete from file")
    async with house.database.transaction(house.workspace) as sweeper:
        await content_store.lock(sweeper, house.workspace, file.sha256)

        async def again() -> None:
            async with house.database.transaction(house.workspace) as connection:
                await attaching.settle(connection, house.files, house.workspace, file, VISITOR)

        coming = asyncio.create_task(again())
        assert await sweeping.take_away(sweeper, house.files, house.workspace, file.sha256)
    with pytest.raises(Swept):
        await coming
    assert await house.has(file) == (False, False)


async def test_nobody_elses_workspace_is_swept(house: House, other_workspace: UUID) -> None:
    file = await house.upload(b"bill")
    elsewhere = House(house.database, other_workspace, house.files)
    theirs = await elsewhere.upload(b"bill")
    for _ in range(2):
        await house.sweep(timedelta(days=8))
    assert [await house.has(file), await elsewhere.has(theirs)] == [(False, False), (True, True)]
    with pytest.raises(NotFound):
        await anext(house.files.open(house.workspace, file.sha256))
