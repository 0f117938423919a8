"""nginx and Caddy as deploy/ configures them, in front of two real nodes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.deploy.conftest import Tools
from tests.deploy.installation import Installation
from tests.deploy.proxying import Proxy, caddy, nginx
from tests.deploy.visiting import Visitor, ended
from tests.faults.inviting import command

MEGABYTE = 1024 * 1024
# Each node lets an address register three devices and open four sockets.
DEVICES, SOCKETS = 2 * 3, 2 * 4
_addresses = (f"127.0.{number // 250}.{number % 250 + 2}" for number in count(256))


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(
    request: pytest.FixtureRequest,
    tool: Tools,
    installation: Installation,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Proxy]:
    """Each of the two."""
    ports = (installation.nodes[0].port, installation.nodes[1].port)
    begun = nginx if request.param == "nginx" else caddy
    with begun(tool(request.param), tmp_path_factory.mktemp(request.param), ports) as running:
        yield running


@pytest.fixture
def visitor(proxy: Proxy) -> Visitor:
    """Somebody whose address nobody had before."""
    return Visitor(proxy, next(_addresses))


async def test_a_page_is_sent_to_https(proxy: Proxy) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{proxy.http_port}/desk?x=1")
    assert (answer.status_code, answer.headers["location"].split(":")[0]) == (308, "https")
    assert answer.headers["location"].endswith("/desk?x=1")


async def test_people_talk_through_it(visitor: Visitor) -> None:
    token = (await visitor.register()).raise_for_status().json()["token"]
    async with visitor.socket(token) as socket:
        conversation_id = str(uuid4())
        await command(socket, "start", conversation_id=conversation_id)
        sent = await command(
            socket, "send", conversation_id=conversation_id, entry_id=str(uuid4()), text="Good morning"
        )
    assert sent["seq"] > 0


async def test_the_nodes_know_by_which_name_and_how_they_were_asked(visitor: Visitor) -> None:
    async with visitor.browser() as browser:
        desk = await browser.get("/desk")
    assert f"wss://{browser.base_url.netloc.decode()}" in desk.headers["content-security-policy"]
    assert "strict-transport-security" in desk.headers


async def test_each_address_has_limits_of_its_own(proxy: Proxy, visitor: Visitor) -> None:
    """So the nodes see the people's addresses, not the proxy's."""
    statuses = [(await visitor.register()).status_code for _ in range(DEVICES + 1)]
    assert 0 < statuses.count(201) <= DEVICES
    assert 429 in statuses
    assert (await Visitor(proxy, next(_addresses)).register()).status_code == 201


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_nobody_takes_on_another_address(proxy: Proxy, name: str) -> None:
    address = next(_addresses)
    lies = (f"for=203.0.113.{n}" if name == "Forwarded" else f"203.0.113.{n}" for n in range(DEVICES + 1))
    statuses = [(await Visitor(proxy, address, {name: lie}).register()).status_code for lie in lies]
    assert 0 < statuses.count(201) <= DEVICES
    assert 429 in statuses


async def test_a_socket_counts_for_the_address_it_comes_from(proxy: Proxy, visitor: Visitor) -> None:
    token = (await visitor.register()).json()["token"]
    async with AsyncExitStack() as stack:
        with pytest.raises((RuntimeError, ConnectionClosed), match="too_many"):
            for number in range(SOCKETS + 1):
                lying = Visitor(proxy, visitor._address, {"X-Forwarded-For": f"203.0.113.{number}"})
                await stack.enter_async_context(lying.socket(token))
        neighbour = Visitor(proxy, next(_addresses))
        async with neighbour.socket((await neighbour.register()).json()["token"]) as socket:
            assert socket.close_code is None


async def _in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // MEGABYTE):
        yield b"x" * MEGABYTE


async def test_a_file_of_some_megabytes_goes_up_and_comes_down(visitor: Visitor) -> None:
    token = (await visitor.register()).json()["token"]
    authorised = {"Authorization": f"Bearer {token}"}
    async with visitor.browser() as browser:
        sent = await browser.post(
            "/api/files",
            content=_in_pieces(6 * MEGABYTE),
            headers={**authorised, "X-File-Name": "meter.bin", "Content-Type": "application/octet-stream"},
        )
        assert sent.status_code == 201, sent.text
        file_id = sent.json()["file_id"]
        got = await browser.get(f"/api/files/{file_id}", headers=authorised)
    assert len(got.content) == 6 * MEGABYTE


async def test_an_upload_goes_on_at_whichever_node_it_comes_back_to(visitor: Visitor) -> None:
    token = (await visitor.register()).json()["token"]
    tus = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    part = {**tus, "Content-Type": "application/offset+octet-stream"}
    async with visitor.browser() as browser:
        begun = await browser.post("/api/uploads", headers={**tus, "Upload-Length": str(6 * MEGABYTE)})
        place = begun.raise_for_status().headers["location"]
        for offset in range(0, 6 * MEGABYTE, 2 * MEGABYTE):
            sent = await browser.patch(
                place, content=_in_pieces(2 * MEGABYTE), headers={**part, "Upload-Offset": str(offset)}
            )
            assert sent.status_code == 204, sent.text
            assert sent.headers["upload-offset"] == str(offset + 2 * MEGABYTE)


async def test_a_body_that_is_no_file_is_bounded_at_the_door(visitor: Visitor) -> None:
    async with visitor.browser() as browser:
        answer = await browser.post("/api/widget/devices", content=b" " * (3 * MEGABYTE))
    assert answer.status_code == 413


async def test_the_figures_are_not_for_everybody(visitor: Visitor) -> None:
    async with visitor.browser() as browser:
        assert (await browser.get("/metrics")).status_code == 404


async def test_the_front_end_comes_compressed_and_is_kept_for_ever(visitor: Visitor) -> None:
    built = Path(__file__).parents[2] / "src/alongside/web/static/desk/assets"
    script = max(built.glob("*.js"), key=lambda path: path.stat().st_size)
    async with visitor.browser() as browser:
        for _ in range(2):
            answer = await browser.get(f"/static/desk/assets/{script.name}")
            assert answer.text == script.read_text()
            assert answer.headers["content-encoding"] in ("gzip", "zstd")
            assert "immutable" in answer.headers["cache-control"]


async def test_a_node_stops_and_nobody_sees_it(
    installation: Installation, proxy: Proxy, visitor: Visitor
) -> None:
    token = (await visitor.register()).json()["token"]
    leaving = installation.nodes[0]
    async with AsyncExitStack() as stack, visitor.browser() as browser:
        sockets = [await stack.enter_async_context(visitor.socket(token)) for _ in range(2)]
        stopping = asyncio.create_task(leaving.stop())
        statuses: list[int] = []
        while not stopping.done():
            statuses.append((await browser.get("/health")).status_code)
        assert set(statuses) == {200}
        moved = [asyncio.create_task(ended(socket)) for socket in sockets]
        done, staying = await asyncio.wait(moved, return_when=asyncio.FIRST_COMPLETED, timeout=30)
        assert [task.result()["code"] for task in done] == ["restarting"] * len(done)
        for task in staying:
            task.cancel()
        async with visitor.socket(token):  # at the other node
            assert (await browser.get("/ready")).status_code == 200
    await leaving.start()
