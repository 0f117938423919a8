"""Every bench does what it says, with counts too small to measure anything: nothing here looks at a time."""

import argparse
import asyncio
import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

import pytest

from alongside.storage import Database
from bench import filling, idle, persistence, report, resume, seeding, two_nodes
from bench.all import BENCHES, Bench
from bench.asking import LISTS, Desk
from bench.crowd import gathered
from bench.driving import Load, drive
from bench.machine import describe
from bench.programs import built
from bench.results import table
from bench.seeding import Customer, Place
from bench.stand import Server, Sessions, invite, running_server, set_up
from bench.texts import texts

T = TypeVar("T")
needs_a_compiler = pytest.mark.skipif(
    not any(map(shutil.which, ("cc", "gcc", "clang"))), reason="the programs of the benches are written in C"
)


class Stage(NamedTuple):
    """A server and the compiled programs."""

    server: Server
    build: Path


def apart(work: Callable[[], T]) -> T:
    """Do what runs an event loop of its own in a thread of its own: this one has the tests'."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One for all of them: starting takes the longest."""
    with built("load", "crowd") as build, running_server() as server:
        apart(lambda: asyncio.run(set_up(server)))
        yield Stage(server, build)


async def filled(server: Server) -> tuple[filling.Filled, list[Customer], Place]:
    async with seeding.beside(server.data) as database:
        place = await seeding.find_place(database)
        done = await filling.fill(database, place, 500, 2_000)
        return done, await seeding.adopt(database, place, 3), place


async def unsound(server: Server, workspace_id: UUID) -> tuple[int, int, list[str]]:
    """Entries, conversations whose summary does not fit its entries, and foreign keys of entries."""
    async with seeding.beside(server.data) as database, database.read(workspace_id) as connection:
        return (
            await connection.fetchval("select count(*) from entry"),
            await connection.fetchval(
                "select count(*) from conversation c where last_seq <> (select count(*) from entry e"
                " where e.conversation_id = c.conversation_id and e.workspace_id = c.workspace_id)"
            ),
            [
                row[0]
                for row in await connection.fetch(
                    "select conname from pg_constraint where conrelid = 'entry'::regclass and contype = 'f'"
                )
            ],
        )


@needs_a_compiler
def test_a_filled_database_is_sound_and_its_people_can_talk_and_be_listed(stage: Stage) -> None:
    done, customers, place = apart(lambda: asyncio.run(filled(stage.server)))
    entries, wrong, keys = apart(lambda: asyncio.run(unsound(stage.server, place.workspace_id)))
    assert (done.conversations, entries, wrong, keys) == (500, done.entries, 0, [filling.FOREIGN_KEY])
    [agent] = apart(lambda: asyncio.run(invite(stage.server, 0, 1))).lines
    desk = Desk(stage.server, agent.split()[1])
    assert len(desk.lists()) == len(LISTS)
    assert len(desk.threads(customers)) == 2
    desk.close()
    sessions = Sessions([*(each.line for each in customers), agent]).write(stage.build / "sessions")
    load = Load("one each", outstanding=1)
    result = drive(stage.build, stage.server.port, sessions, load, 0.2, 0.1, stage.server.cpu)
    assert (result["exit"], result["missing"], result["customers"]) == (0, 0, 3)


@needs_a_compiler
def test_all_who_come_back_get_exactly_what_they_missed(stage: Stage) -> None:
    place, customers = apart(lambda: resume_seed(stage))
    with gathered(stage.build, stage.server.port, customers) as crowd:
        assert crowd.tell("connect")["in"] == 6
        result = apart(lambda: resume.come_back(stage.server, crowd, place, customers, 3, alone=0.1))
    assert (result["wrong"], result["back"]["entries"]) == (0, 18)


def resume_seed(stage: Stage) -> tuple[Place, list[Customer]]:
    return asyncio.run(resume.seed(stage.server, 6, 4))


@needs_a_compiler
def test_idle_sockets_stay(stage: Stage) -> None:
    _, customers = apart(lambda: resume_seed(stage))
    asked = argparse.Namespace(rest=0.1, at_once=2)
    found = idle.measure(stage.build, stage.server, customers, asked)
    assert (found["connected"]["in"], found["stayed"]["in"], found["stayed"]["lost"]) == (6, 6, 0)


async def test_the_journal_alone_takes_entries(database: Database) -> None:
    place = await seeding.make_place(database)
    result = await persistence.measure(database, place, 2, 0.1)
    assert result["entries"] >= 2


@needs_a_compiler
async def test_a_message_crosses_from_one_node_to_the_other() -> None:
    with built("load") as build:
        async with two_nodes.nodes("notify") as pair:
            await set_up(pair[0])
            asked = argparse.Namespace(placement="apart", conversations=2, seconds=0.2, warmup=0.1)
            result = await two_nodes.one(build, pair, Load("one each"), asked)
    assert (result["exit"], result["missing"]) == (0, 0)


def test_sessions_are_placed_on_nodes() -> None:
    invited = Sessions(["customer t1 c1", "customer t2 c2", "agent a1"])
    apart_from = two_nodes.placed(invited, [1, 2], "apart").lines
    assert apart_from == ["customer t1 c1 1", "customer t2 c2 1", "agent a1 - 2"]
    spread = two_nodes.placed(invited, [1, 2], "spread").lines
    assert spread == ["customer t1 c1 1", "customer t2 c2 2", "agent a1 - 1"]


@pytest.mark.parametrize("each", BENCHES, ids=lambda each: each.name)
def test_each_bench_understands_what_the_run_of_all_asks(
    each: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    command = each.command(tmp_path, quick=True)
    monkeypatch.setattr(sys, "argv", command[2:])
    assert importlib.import_module(f"bench.{each.name}").arguments_given()


def test_texts_are_the_same_in_every_run_and_of_many_lengths() -> None:
    assert texts(50) == texts(50)
    lengths = sorted(map(len, texts(1_000)))
    assert lengths[0] < 20
    assert 50 < lengths[500] < 120
    assert lengths[-1] > 300


def test_a_table_is_markdown_that_reads_well_as_it_is() -> None:
    assert table(["a", "bb"], [["ccc", "d"]]) == "| a   | bb |\n| --- | -- |\n| ccc | d  |"


def test_a_table_takes_its_place_in_the_page_and_the_words_stay() -> None:
    page = "before\n<!-- idle -->\nold\n<!-- end -->\nafter\n<!-- growth -->\n<!-- end -->\n"
    found = {"bench": "idle", "machine": describe(), "columns": ["a"], "rows": [["new"]]}
    filled = report.spliced(page, found)
    assert filled.startswith("before\n<!-- idle -->\n\n| a   |\n| --- |\n| new |\n\n")
    assert filled.endswith("\n<!-- end -->\nafter\n<!-- growth -->\n<!-- end -->\n")
    assert "old" not in filled
    with pytest.raises(ValueError, match="0 places"):
        report.spliced(page, found | {"bench": "other"})
