"""Clients that read slowly, not at all, or are gone without a word, over a real network: others don't feel them."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial

import psutil
import pytest

from alongside.realtime.limits import Limits
from alongside.realtime.memory import MemoryBus
from alongside.web import socket_picows
from alongside.web.socket_pulse import Pulse
from tests.realtime.replica import Replica
from tests.realtime.world import MemoryJournal, Node, agent
from tests.web.socket_server import Served, Wire, serving
from tests.web.test_socket import stalled_reader

STALLED, ENTRIES, SIZE = 12, 200, 40_000
OUTBOX = 300_000


async def until(fulfilled: Callable[[], object]) -> None:
    """Wait until this is so."""
    async with asyncio.timeout(20):
        while not fulfilled():  # noqa: ASYNC110 - there is no event for what a hub thinks of its peers
            await asyncio.sleep(0.005)


async def test_many_who_read_nothing_cost_a_bounded_memory_and_their_neighbour_nothing() -> None:
    node = Node(MemoryJournal(), MemoryBus(), Limits(outbox_bytes=OUTBOX))
    topic = node.journal.open()
    process = psutil.Process()
    async with serving(node) as served, served.enter(agent()) as quick:
        open_ones = ExitStack()
        await quick.say(type="subscribe", id="s", topic=topic)
        await quick.next("subscribed")
        for _ in range(STALLED):
            open_ones.enter_context(await asyncio.to_thread(stalled_reader, served, topic))
        await until(lambda: len(next(iter(node.hub.lobby.places.values())).topics[topic].followers) > STALLED)
        before = process.memory_info().rss
        for number in range(ENTRIES):
            node.write(topic, "x" * SIZE)
            assert (await quick.next("entries"))["upto"] == number + 1
            assert all(peer.outbox.bytes <= OUTBOX for peer in node.hub.lobby.peers())
        assert len(node.hub.lobby.peers()) == 1, "who reads nothing is cut"
        # What is written twice over for each of them would be 96 MB; the journal itself holds 8.
        assert process.memory_info().rss - before < 60_000_000
        open_ones.close()


async def test_who_reads_a_kilobyte_at_a_time_is_cut_comes_back_and_misses_nothing() -> None:
    node = Node(MemoryJournal(), MemoryBus(), Limits(outbox_bytes=OUTBOX), page=1000)
    topic = node.journal.open()
    replica = Replica(topic)
    async with serving(node) as served:
        slow = await asyncio.to_thread(stalled_reader, served, topic)
        slow.setblocking(False)
        await until(lambda: node.hub.lobby.places)
        written = 0
        while node.hub.lobby.peers():
            node.write(topic, "x" * SIZE)
            written += 1
            await asyncio.sleep(0)
            sip(slow)
        slow.close()
        async with served.enter(agent(), max_size=None) as wire:
            await resume(wire, replica)
    assert replica.upto == written


def sip(slow: socket.socket) -> None:
    """Read a kilobyte, if there is one."""
    with suppress(BlockingIOError, ConnectionResetError):
        slow.recv(1024)


async def resume(wire: Wire, replica: Replica) -> None:
    """Ask for a topic from where one is."""
    await wire.say(type="subscribe", id="again", topic=replica.topic, after=replica.upto)
    replica.take(await wire.next("subscribed"))


async def test_who_is_gone_without_a_word_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_picows, "Pulse", partial(Pulse, 0.005))
    node = Node(MemoryJournal(), MemoryBus())
    topic = node.journal.open()
    async with serving(node) as served, served.enter(agent()) as wire:
        gone = await asyncio.to_thread(stalled_reader, served, topic)
        await until(lambda: len(node.hub.lobby.peers()) == 2)
        await until(lambda: len(node.hub.lobby.peers()) == 1)
        gone.close()
        await still_there(wire, served)


async def still_there(wire: Wire, served: Served) -> None:
    """Who answers pings is not cut with them."""
    await wire.say(type="ping")
    assert (await wire.next("pong"))["type"] == "pong"
    assert len(served.node.hub.lobby.peers()) == 1
