"""Who floods slows themselves only, and is told when to come back; everybody else's messages arrive."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest_asyncio

from bench.wire import Frame, Wire, connected
from tests.database import reachable_folder
from tests.fuzz.stage import Stage, on_stage

NEIGHBOURS, MESSAGES = 4, 25
FLOODER = "127.0.9.1"


@pytest_asyncio.fixture(scope="module")
async def limited() -> AsyncIterator[Stage]:
    """A server with the limits that it has by default."""
    folder = reachable_folder()
    async with on_stage(folder) as made:
        yield made
    shutil.rmtree(folder, ignore_errors=True)


class Customer:
    """Somebody with a device and a conversation, at an address of their own."""

    def __init__(self, stage: Stage, address: str) -> None:
        self.stage = stage
        self.address = address
        self.token = ""
        self.conversation = str(uuid4())
        self.heard: list[Frame] = []
        self._news = asyncio.Event()

    async def come(self) -> Wire:
        """Get a device, connect, begin a conversation."""
        async with httpx.AsyncClient(base_url=self.stage.url) as client:
            answer = await client.post("/api/widget/devices", json={"workspace": "luma"})
            self.token = answer.raise_for_status().json()["token"]
        wire = await self.connect()
        wire.say(type="command", id="start", name="start", data={"conversation_id": self.conversation})
        await self.until("done", 1)
        return wire

    async def connect(self) -> Wire:
        """A socket more."""
        return await connected(self.stage.node.port, self.address, self.token, self._hear)

    def _hear(self, frame: Frame) -> None:
        self.heard.append(frame)
        self._news.set()

    def of(self, kind: str, code: str = "") -> list[Frame]:
        """The frames of a type and code."""
        return [frame for frame in self.heard if (frame.type, frame.code) == (kind, code)]

    async def until(self, kind: str, count: int, code: str = "") -> None:
        """Wait for so many of them."""
        async with asyncio.timeout(60):
            while len(self.of(kind, code)) < count:
                self._news.clear()
                await self._news.wait()

    def send(self, wire: Wire, entry_id: str) -> None:
        """A message under this id."""
        data = {"conversation_id": self.conversation, "entry_id": entry_id, "text": "Hello?"}
        wire.say(type="command", id=entry_id, name="send", data=data)


async def flood(customer: Customer, until: asyncio.Event) -> None:
    """Send as fast as the socket takes it, over one after the other."""
    while not until.is_set():
        wire = await customer.connect()
        while not (until.is_set() or wire.closed.is_set()):
            for _ in range(50):
                customer.send(wire, str(uuid4()))
            await wire.writable.wait()
            await asyncio.sleep(0)
        wire.cut()


async def talk(neighbour: Customer, wire: Wire) -> None:
    """Write at a person's pace or a little above; every message is acknowledged."""
    for _ in range(MESSAGES):
        before = len(neighbour.of("done"))
        neighbour.send(wire, str(uuid4()))
        await neighbour.until("done", before + 1)


async def test_neighbours_messages_all_arrive_while_a_device_floods(limited: Stage) -> None:
    flooder, over = Customer(limited, FLOODER), asyncio.Event()
    neighbours = [Customer(limited, f"127.0.1.{number + 1}") for number in range(NEIGHBOURS)]
    await flooder.come()
    wires = [await each.come() for each in neighbours]
    floods = [asyncio.create_task(flood(flooder, over)) for _ in range(3)]
    await flooder.until("error", 20, "too_many")
    await asyncio.gather(*(talk(each, wire) for each, wire in zip(neighbours, wires, strict=True)))
    over.set()
    await asyncio.gather(*floods)
    for each in neighbours:
        assert not each.of("error", "too_many")
        assert len(each.of("done")) == MESSAGES + 1
    refused = flooder.of("error", "too_many")
    assert all(frame.retry_after and frame.retry_after > 0 for frame in refused)
    assert len(refused) > 0


async def test_who_was_refused_and_comes_back_as_told_is_let_through(limited: Stage) -> None:
    hasty = Customer(limited, "127.0.9.2")
    wire = await hasty.come()
    entries = [str(uuid4()) for _ in range(70)]
    for entry_id in entries:
        hasty.send(wire, entry_id)
    await hasty.until("error", 1, "too_many")
    while missing := set(entries) - {str(frame.id) for frame in hasty.of("done")}:
        told = {str(frame.id): frame.retry_after or 0 for frame in hasty.of("error", "too_many")}
        hasty.heard = hasty.of("done")
        await asyncio.sleep(max(told.values(), default=0.05))
        for entry_id in missing & told.keys():
            hasty.send(wire, entry_id)
    assert not wire.closed.is_set()


async def test_a_device_holds_only_so_many_sockets_and_a_neighbour_still_gets_one(limited: Stage) -> None:
    greedy, neighbour = Customer(limited, "127.0.9.3"), Customer(limited, "127.0.1.9")
    await greedy.come()
    for _ in range(20):
        await greedy.connect()
    await greedy.until("bye", 1, "too_many")
    assert greedy.of("bye", "too_many")[0].retry_after == 30
    await neighbour.come()


async def test_a_flood_of_requests_is_told_when_to_come_back_and_others_are_answered(limited: Stage) -> None:
    transport = httpx.AsyncHTTPTransport(local_address="127.0.9.4")
    headers = limited.credentials("visitor")
    async with httpx.AsyncClient(
        base_url=limited.url, headers=headers, transport=transport, timeout=60
    ) as client:
        answers = await asyncio.gather(*(client.get("/api/widget/conversations") for _ in range(160)))
        async with limited.asking("administrator") as other:
            assert (await other.get("/api/team")).status_code == 200
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    assert {answer.json()["code"] for answer in refused} == {"too_many"}


async def test_refusals_are_counted_by_the_kind_of_limit_and_name_nobody(limited: Stage) -> None:
    async with limited.asking("nobody") as client:
        figures = [
            line for line in (await client.get("/metrics")).text.splitlines() if "limited_total{" in line
        ]
    kinds = {line.partition('limit="')[2].partition('"')[0] for line in figures}
    assert {"command", "request_session", "sockets_per_session"} <= kinds
    assert not any(token in line for line in figures for token in limited.tokens.values())
