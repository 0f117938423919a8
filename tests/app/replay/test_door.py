"""The door of a real server that limits how often one address may come."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest_asyncio
import uvicorn

from alongside.app.replay.door import Door
from alongside.app.replay.waits import Waits
from alongside.kit.settings import Settings
from alongside.storage import Database
from alongside.web.application import build_routes
from alongside.web.limits import Limits, Rate
from tests.web.rooms import make_rooms


@pytest_asyncio.fixture
async def url(settings: Settings, database: Database, workspace: UUID) -> AsyncIterator[str]:
    """A server that lets two devices register at once, and then slowly; its clock ticks when asked."""
    limits = Limits({"device": Rate(2, 20)}, itertools.count(0, 0.004).__next__)
    rooms = replace(make_rooms(settings, database), limits=limits)
    config = uvicorn.Config(build_routes(rooms), port=0, lifespan="off", log_config=None)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    running = asyncio.create_task(server.main_loop())
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await running
    await server.shutdown()


async def test_visitors_whom_the_server_tells_to_wait_do_so_and_all_get_in(url: str) -> None:
    waits = Waits()
    async with Door(url, "luma", waits, 30) as door:
        tokens = await asyncio.gather(*(door.register() for _ in range(8)))
    assert len(set(tokens)) == 8
    assert waits.seconds["devices"] > 0
    assert list(waits.seconds) == ["devices"]
