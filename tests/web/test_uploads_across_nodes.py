"""An upload is no node's own: its parts come to any of them, into a folder or an S3 that they share."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from alongside.kit.settings import Settings
from alongside.storage import Database
from alongside.storage.files import open_file_store
from alongside.web.rooms import Rooms
from alongside.web.uploading import Uploading
from tests.s3 import S3, Wire
from tests.web.rooms import Reception, make_rooms
from tests.web.talks import Talks
from tests.web.test_uploads import MEGABYTE, add, begun, code, offset_of

CONTENT = (
    b"".join(hashlib.sha256(bytes([number % 256, number // 256])).digest() for number in range(8192)) * 42
)


@pytest.fixture(params=["folder", "s3"])
def shared(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings of several nodes that share their files."""
    if request.param == "folder":
        return settings
    s3: S3 = request.getfixturevalue("s3")
    return s3.settings(settings)


class Nodes:
    """Three servers on one database, and one visitor who comes to each in turn."""

    def __init__(self, workspace: UUID, rooms: list[Rooms], clients: list[httpx.AsyncClient]) -> None:
        self.workspace = workspace
        self.rooms = rooms
        self.clients = clients


@pytest_asyncio.fixture
async def nodes(shared: Settings, database: Database, reception: Reception) -> AsyncIterator[Nodes]:
    talks = Talks(reception)
    await talks.set_up()
    token = (await reception.device()).token
    rooms = [make_rooms(shared, database) for _ in range(3)]
    receptions = [Reception(each, reception.workspace) for each in rooms]
    async with (
        receptions[0].asking(Authorization=f"Bearer {token}", Tus_Resumable="1.0.0") as first,
        receptions[1].asking(Authorization=f"Bearer {token}", Tus_Resumable="1.0.0") as second,
        receptions[2].asking(Authorization=f"Bearer {token}", Tus_Resumable="1.0.0") as third,
    ):
        yield Nodes(reception.workspace, rooms, [first, second, third])
    for each in rooms:
        await each.uploading.close()


async def fetched(client: httpx.AsyncClient, place: str) -> bytes:
    answer = await client.get(f"/api/files/{place.rsplit('/', 1)[-1]}")
    assert answer.status_code == 200
    return answer.content


async def test_every_part_may_come_to_another_node(nodes: Nodes) -> None:
    place, offset, step = await begun(nodes.clients[0], len(CONTENT)), 0, 3 * MEGABYTE + 17
    for turn in range(100):
        client = nodes.clients[turn % 3]
        assert await offset_of(client, place) == offset
        answer = await add(client, place, offset, CONTENT[offset : offset + step])
        assert answer.status_code == 204
        offset = int(answer.headers["upload-offset"])
        if offset == len(CONTENT):
            break
    assert [await fetched(client, place) == CONTENT for client in nodes.clients] == [True] * 3
    assert await nodes.rooms[0].files.parts.uploads(nodes.workspace) == []


async def test_several_nodes_that_finish_the_same_upload_make_one_file(nodes: Nodes) -> None:
    """As after a node was killed between the last byte and the file."""
    place = await begun(nodes.clients[0], len(CONTENT))
    stopped = Stopped(nodes.rooms[0])
    with pytest.raises(Killed):
        await stopped.send(place, nodes)
    assert await offset_of(nodes.clients[1], place) == len(CONTENT)
    states = await asyncio.gather(*(client.get(place) for client in nodes.clients[1:] * 3))
    assert [state.status_code for state in states] == [200] * 6
    assert len({state.text for state in states}) == 1
    assert await fetched(nodes.clients[0], place) == CONTENT


class Killed(BaseException):
    """The node is no more."""


class Stopped:
    """A node that dies as soon as every byte is there."""

    def __init__(self, rooms: Rooms) -> None:
        class Dying(Uploading):
            async def file_of(self, *_: object) -> None:  # type: ignore[override]
                raise Killed

        self._rooms = replace(rooms, uploading=Dying(rooms.database, rooms.files, rooms.clock))

    async def send(self, place: str, nodes: Nodes) -> None:
        """All of the content to this node."""
        reception = Reception(self._rooms, nodes.workspace)
        token = nodes.clients[0].headers["authorization"]
        async with reception.asking(Authorization=token, Tus_Resumable="1.0.0") as client:
            await add(client, place, 0, CONTENT)


async def test_while_the_s3_is_away_uploads_are_refused_and_go_on_afterwards(
    s3: S3, wire: Wire, settings: Settings, reception: Reception
) -> None:
    told = s3.settings(settings, files_endpoint=await wire.open(), files_timeout=5.0)
    files = open_file_store(told)
    rooms = replace(
        reception.rooms,
        files=files,
        uploading=Uploading(reception.rooms.database, files, reception.rooms.clock),
    )
    async with Reception(rooms, reception.workspace).visiting() as widget:
        widget.headers["Tus-Resumable"] = "1.0.0"
        place = await begun(widget, len(CONTENT))
        assert (await add(widget, place, 0, CONTENT[: 5 * MEGABYTE])).status_code == 204
        await wire.cut()
        assert code(await add(widget, place, 5 * MEGABYTE, CONTENT[5 * MEGABYTE :])) == (503, "unavailable")
        await wire.open()
        assert await offset_of(widget, place) == 5 * MEGABYTE
        assert (await add(widget, place, 5 * MEGABYTE, CONTENT[5 * MEGABYTE :])).status_code == 204
        assert await fetched(widget, place) == CONTENT
