"""Who needs whom: the rooms of one server, opened in order and closed in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from alongside.app.bounds import request_limits, socket_limits
from alongside.app.buses import make_bus
from alongside.app.listeners import jobs_of, payloads, subscribers
from alongside.app.opening import open_database
from alongside.conversations.journal import Journal
from alongside.jobs import Recurrence, Relay, Worker
from alongside.jobs.schedule import SCHEDULE
from alongside.kit.clock import Clock, SystemClock
from alongside.kit.errors import Misconfigured
from alongside.kit.secrets import SecretBox, load_keys
from alongside.kit.settings import Settings, revealed
from alongside.realtime.hub import Hub
from alongside.realtime.topics import TopicRegistry
from alongside.storage import Database, FileStore
from alongside.storage.files import open_file_store
from alongside.web.connecting import SocketAuthenticator
from alongside.web.departure import Departure
from alongside.web.rooms import Rooms
from alongside.web.socket_digest import ListDigest
from alongside.web.socket_topics import topic_kinds
from alongside.web.uploading import Uploading


@asynccontextmanager
async def open_rooms(settings: Settings) -> AsyncIterator[Rooms]:
    """Everything a server consists of, started; stopped at the end, the database last.

    Raises what `open_database` does, and Misconfigured for a key or a file store that cannot be used."""
    _make_folder(settings.data_dir)
    secrets = SecretBox(load_keys(revealed(settings.secret_key), settings.data_dir))
    async with open_database(settings) as database:
        rooms = _put_together(settings, secrets, database, open_file_store(settings), SystemClock())
        await rooms.hub.start()
        try:
            async with (
                _worker(rooms),
                Relay(database, subscribers()),
                Recurrence(database, rooms.clock, SCHEDULE),
            ):
                yield rooms
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(rooms.journal.close(), rooms.departure.remaining())
            await rooms.hub.stop()


def _worker(rooms: Rooms) -> Worker:
    worker = Worker(
        rooms.database, jobs_of(rooms), rooms.settings.job_concurrency, grace=rooms.departure.remaining
    )
    rooms.departure.at_once(worker.retire)
    return worker


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            message=f"The data folder {data} cannot be made: {error.strerror}.",
            hint="Choose another with --data or ALONGSIDE_DATA_DIR.",
        ) from error


def _put_together(
    settings: Settings, secrets: SecretBox, database: Database, files: FileStore, clock: Clock
) -> Rooms:
    bus = make_bus(settings, database)
    hub = Hub(
        bus,
        TopicRegistry(topic_kinds(database, lambda: hub.company)),
        ListDigest(database, lambda: hub.company),
        SocketAuthenticator(database, clock).alive,
        clock,
        socket_limits(settings),
    )
    return Rooms(
        settings=settings,
        clock=clock,
        secrets=secrets,
        database=database,
        files=files,
        bus=bus,
        hub=hub,
        journal=Journal(database, bus),
        limits=request_limits(settings),
        uploading=Uploading(database, files, clock),
        payloads=payloads(),
        departure=Departure(settings.drain_notice, settings.drain_limit),
    )
