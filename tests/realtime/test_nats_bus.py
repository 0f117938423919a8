"""What is special about the bus over NATS: it may be away, and it may lose."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from alongside.realtime import nats_line
from alongside.realtime.bus import Bus, Hints, Revoke, Touched
from alongside.realtime.nats_address import nats_address
from alongside.realtime.nats_bus import NatsBus
from alongside.realtime.nats_line import NatsLine
from alongside.realtime.notify import NotifyBus
from alongside.realtime.revocations import Revocation
from alongside.realtime.topics import Hint
from alongside.storage import Database, installation_name
from tests.realtime.buses import Ear
from tests.realtime.certificates import make_certificate
from tests.realtime.nats_server import NatsServer, nats_server

WORKSPACE = UUID(int=1)


@pytest_asyncio.fixture
async def nats() -> AsyncIterator[NatsServer]:
    async with nats_server() as server:
        yield server


@asynccontextmanager
async def listening(bus: Bus) -> AsyncIterator[Ear]:
    """A bus that runs, and what it hears."""
    ear = Ear()
    bus.attach(ear)
    await bus.start()
    yield ear
    await bus.stop()


def bus_at(database: Database, url: str) -> NatsBus:
    return NatsBus(database, nats_address(url))


async def test_what_comes_up_in_one_turn_of_the_loop_is_one_message(
    database: Database, nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    payloads: list[bytes] = []
    publish = NatsLine.publish

    async def noted(line: NatsLine, payload: bytes) -> None:
        payloads.append(payload)
        await publish(line, payload)

    monkeypatch.setattr(NatsLine, "publish", noted)
    here, there = bus_at(database, nats.url), bus_at(database, nats.url)
    async with listening(here), listening(there) as ear:
        for number in range(100):
            here.tell(Hints(WORKSPACE, [Hint("desk", number, number)]))
        await ear.wait(lambda: len(ear.heard) == 100)
        assert len(payloads) == 1


async def test_without_nats_nodes_start_and_hear_each_other_all_the_same(
    database: Database, nats: NatsServer
) -> None:
    await nats.kill()
    here, there = bus_at(database, nats.url), bus_at(database, nats.url)
    async with listening(here) as near, listening(there) as far:
        assert not here.connected
        here.tell(Hints(WORKSPACE, [Hint(f"conversation:{number}", 1, 1) for number in range(100)]))
        await far.wait(lambda: len(far.heard) == 2)
        await near.wait(lambda: near.rechecks)
        await far.wait(lambda: far.rechecks)
        await nats.start()
        await near.wait(lambda: near.rechecks > 1 and here.connected)
        await far.wait(lambda: far.rechecks > 1 and there.connected)
        mark = Touched(WORKSPACE, ["desk"])
        here.tell(mark)
        await far.wait(lambda: mark in far.messages)


async def test_when_nats_dies_and_comes_back_everything_is_looked_at_again(
    database: Database, nats: NatsServer
) -> None:
    here, there = bus_at(database, nats.url), bus_at(database, nats.url)
    async with listening(here) as near, listening(there) as far:
        await nats.kill()
        await far.wait(lambda: far.rechecks)
        meanwhile, afterwards = Touched(WORKSPACE, ["meanwhile"]), Touched(WORKSPACE, ["afterwards"])
        here.tell(meanwhile)
        await far.wait(lambda: meanwhile in far.messages)
        before = near.rechecks, far.rechecks
        await nats.start()
        await near.wait(lambda: near.rechecks > before[0])
        await far.wait(lambda: far.rechecks > before[1])
        here.tell(afterwards)
        await far.wait(lambda: afterwards in far.messages)


async def test_a_line_that_is_dead_without_a_word_is_noticed(
    database: Database, nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nats_line, "PING_SECONDS", 0.2)
    here, there = bus_at(database, nats.url), bus_at(database, nats.url)
    async with listening(here), listening(there) as ear:
        assert (here.connected, there.connected) == (True, True)
        nats.freeze()
        await ear.wait(lambda: ear.rechecks)
        assert not there.connected
        mark = Touched(WORKSPACE, ["told over notify"])
        async with asyncio.timeout(20):
            while mark not in ear.messages:
                here.tell(mark)
                await asyncio.sleep(0.1)


async def test_a_node_that_cannot_reach_nats_is_told_over_notify(
    database: Database, nats: NatsServer
) -> None:
    here, cut_off = bus_at(database, nats.url), bus_at(database, "nats://127.0.0.1:1")
    async with listening(here) as near, listening(cut_off) as far:
        await far.wait(lambda: far.rechecks)  # by then the others know
        here.tell(Touched(WORKSPACE, ["there"]))
        cut_off.tell(Touched(WORKSPACE, ["back"]))
        await far.wait(lambda: Touched(WORKSPACE, ["there"]) in far.messages)
        await near.wait(lambda: Touched(WORKSPACE, ["back"]) in near.messages)


async def test_while_one_node_after_the_other_moves_to_nats_both_kinds_hear_each_other(
    database: Database, nats: NatsServer
) -> None:
    old, new = NotifyBus(database), bus_at(database, nats.url)
    async with listening(old) as at_old, listening(new) as at_new:
        old.tell(Touched(WORKSPACE, ["from the old"]))
        await at_new.wait(lambda: at_new.heard)
        new.tell(Touched(WORKSPACE, ["from the new"]))
        await at_old.wait(lambda: Touched(WORKSPACE, ["from the new"]) in at_old.messages)


async def test_revocations_do_not_need_nats(database: Database, nats: NatsServer) -> None:
    here, there = bus_at(database, nats.url), bus_at(database, nats.url)
    revoke = Revoke(Revocation(workspace_id=WORKSPACE, session_id=uuid4()))
    async with listening(here), listening(there) as ear:
        await nats.kill()
        async with database.transaction(WORKSPACE) as connection:
            await here.tell_in(connection, revoke)
        await ear.wait(lambda: revoke in ear.messages)


async def test_a_message_that_got_lost_on_the_way_is_noticed_with_the_next(
    database: Database, nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = bus_at(database, nats.url), bus_at(database, nats.url)
    async with listening(here), listening(there) as ear:
        here.tell(Touched(WORKSPACE, ["first"]))
        await ear.wait(lambda: ear.heard)
        lost = asyncio.Event()

        async def swallow(line: NatsLine, payload: bytes) -> None:
            lost.set()

        with monkeypatch.context() as patched:
            patched.setattr(NatsLine, "publish", swallow)
            here.tell(Touched(WORKSPACE, ["lost"]))
            await lost.wait()
        assert ear.rechecks == 0
        here.tell(Touched(WORKSPACE, ["next"]))
        await ear.wait(lambda: len(ear.heard) == 2)
        assert ear.rechecks == 1


async def test_two_installations_on_one_nats_do_not_hear_each_other(
    database: Database, nats: NatsServer
) -> None:
    here, clone = bus_at(database, nats.url), bus_at(database, f"{nats.url}?installation=clone")
    same = bus_at(database, nats.url)
    async with listening(here), listening(clone) as stranger, listening(same) as ear:
        here.tell(Touched(WORKSPACE, ["desk"]))
        await ear.wait(lambda: ear.heard)
        clone.tell(Touched(WORKSPACE, ["desk"]))
        mark = Touched(WORKSPACE, ["mark"])
        here.tell(mark)
        await ear.wait(lambda: mark in ear.messages)
        assert stranger.heard == []


async def test_an_installation_is_known_by_its_database(database: Database) -> None:
    async with database.read(None) as connection:
        name = await installation_name(connection)
        assert name == await installation_name(connection)
    assert len(name) == 16


async def test_a_token_is_asked_for_and_given(database: Database) -> None:
    async with nats_server(["--auth", "s3cret"]) as locked:
        outside = bus_at(database, locked.url)
        inside = bus_at(database, locked.url.replace("//", "//s3cret@"))
        async with listening(outside), listening(inside):
            assert not outside.connected
            assert inside.connected


async def test_nothing_is_said_to_a_server_that_should_encrypt_and_does_not(database: Database) -> None:
    async with nats_server(["--auth", "s3cret"]) as plain:
        bus = bus_at(database, plain.url.replace("nats://", "tls://s3cret@"))
        async with listening(bus):
            assert not bus.connected


async def test_an_encrypted_server_is_believed_with_its_certificate(
    database: Database, tmp_path: Path
) -> None:
    certificate, key = make_certificate(tmp_path)
    async with nats_server(["--tls", "--tlscert", str(certificate), "--tlskey", str(key)]) as server:
        url = server.url.replace("nats://", "tls://")
        trusting, doubting = bus_at(database, f"{url}?ca={certificate}"), bus_at(database, url)
        async with listening(trusting), listening(doubting):
            assert trusting.connected
            assert not doubting.connected
