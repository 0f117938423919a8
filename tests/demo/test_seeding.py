"""The seeded world, written into a real database: everything that the rooms rely on holds."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
import pytest_asyncio

from alongside.conversations import entry_store
from alongside.conversations.drafts import message
from alongside.conversations.journal import Journal
from alongside.conversations.summary import Folded, summarise
from alongside.kit.actors import person
from alongside.kit.ids import uuid7
from alongside.kit.secrets import SecretBox
from alongside.kit.settings import Settings
from alongside.knowledge import searching
from alongside.people import identity_secrets
from alongside.storage import Connection, Database
from alongside.storage.embedded import EmbeddedPostgres
from alongside.storage.files import FileStore, open_file_store
from alongside.team import passwords
from demo.customers import CUSTOMERS
from demo.world.ids import WORKSPACE, id_of
from demo.world.seeding import is_seeded, seed
from demo.world.team import PASSWORD, TEAM
from tests.conversations.scene import RecordingBus

SITE = "http://127.0.0.1:8001"
KEY = "a key for tests that is long enough!"


class Seeded(NamedTuple):
    """A seeded world, and what its seeding said."""

    database: Database
    files: FileStore
    progress: list[tuple[str, float]]
    secret: str


@pytest_asyncio.fixture(scope="module")
async def seeded(
    postgres: EmbeddedPostgres,
    template: str,
    cluster_owner: Connection,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Seeded]:
    """One world for all tests here: making it takes some seconds."""
    name = f"seeded_{os.getpid()}"
    settings = Settings(data_dir=tmp_path_factory.mktemp("seeded"), database_pool_size=5)
    await cluster_owner.execute(f"create database {name} template {template}")
    async with Database(postgres.logins(name), settings) as database:
        files, heard = open_file_store(settings), list[tuple[str, float]]()
        secret = await _seed(database, files, heard)
        yield Seeded(database, files, heard, secret)
    await cluster_owner.execute(f"drop database {name} with (force)")


async def _seed(database: Database, files: FileStore, heard: list[tuple[str, float]]) -> str:
    return await seed(
        database, files, SecretBox([KEY]), datetime.now(UTC), SITE, lambda *said: heard.append(said)
    )


@pytest_asyncio.fixture
async def connection(seeded: Seeded) -> AsyncIterator[Connection]:
    """A reading transaction in the seeded world."""
    async with seeded.database.read(WORKSPACE) as opened:
        yield opened


async def test_it_is_there_afterwards_and_says_on_its_way_how_far_it_is(seeded: Seeded) -> None:
    assert await is_seeded(seeded.database)
    parts = [part for _, part in seeded.progress]
    assert parts == sorted(parts)
    assert parts[-1] == 1.0


async def test_a_failed_try_leaves_nothing_behind(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr("demo.world.journals.write", fail)
    with pytest.raises(RuntimeError):
        await _seed(database, open_file_store(settings), [])
    assert not await is_seeded(database)


async def test_every_row_says_what_its_journal_says(connection: Connection) -> None:
    """A conversation's row is the fold of its journal, all 1,500 times; snoozed ones aside."""
    columns = ", ".join(Folded.__struct_fields__)
    rows = await connection.fetch(
        f"select conversation_id, {columns} from conversation where workspace_id = $1 and status <> 'snoozed'",
        WORKSPACE,
    )
    assert len(rows) > 1_400
    for row in rows[::7]:
        entries = await entry_store.newest(
            connection, WORKSPACE, row["conversation_id"], "team", upto=2**60, limit=1_000
        )
        stored = Folded(**{name: row[name] for name in Folded.__struct_fields__})
        assert stored == summarise(entries)


async def test_whoever_speaks_takes_part_and_has_read_no_further_than_there_is(
    connection: Connection,
) -> None:
    strangers = await connection.fetchval(
        "select count(*) from entry e where e.workspace_id = $1 and e.kind = 'message'"
        " and e.author_kind in ('person', 'agent') and not exists (select from participant p"
        " where p.workspace_id = $1 and p.conversation_id = e.conversation_id"
        " and p.kind = e.author_kind and p.participant_id = e.author_id)",
        WORKSPACE,
    )
    too_far = await connection.fetchval(
        "select count(*) from participant p join conversation c using (workspace_id, conversation_id)"
        " where workspace_id = $1 and p.read_seq > c.last_seq",
        WORKSPACE,
    )
    assert (strangers, too_far) == (0, 0)


async def test_every_file_is_carried_by_its_entry_and_has_its_content(
    connection: Connection, seeded: Seeded
) -> None:
    rows = await connection.fetch(
        "select f.sha256, f.size, f.file_id, e.body from file f join entry_file using (workspace_id, file_id)"
        " join entry e using (workspace_id, conversation_id, seq) where workspace_id = $1",
        WORKSPACE,
    )
    assert (
        len(rows)
        == await connection.fetchval("select count(*) from file where workspace_id = $1", WORKSPACE)
        > 100
    )
    for row in rows[::20]:
        assert row["body"]["files"][0]["file_id"] == str(row["file_id"])
        content = b"".join([piece async for piece in seeded.files.open(WORKSPACE, row["sha256"])])
        assert len(content) == row["size"]


async def test_those_who_can_sign_in_are_who_the_site_will_say_they_are(connection: Connection) -> None:
    found = await connection.fetch(
        "select value, person_id from identity where workspace_id = $1 and kind = 'external' and strength = 'verified'"
        " and value = any ($2)",
        WORKSPACE,
        [one.sub for one in CUSTOMERS],
    )
    assert {row["value"]: row["person_id"] for row in found} == {
        one.sub: id_of("person", one.key) for one in CUSTOMERS
    }


async def test_agents_can_sign_in_and_the_site_s_secret_is_the_workspace_s(
    connection: Connection, seeded: Seeded
) -> None:
    hashes = await connection.fetch("select password_hash from agent where workspace_id = $1", WORKSPACE)
    assert len(hashes) == len(TEAM)
    assert await passwords.matches(PASSWORD, hashes[0]["password_hash"])
    opened = await identity_secrets.opened(connection, WORKSPACE, SecretBox([KEY]))
    assert opened == [seeded.secret.encode()]


async def test_its_articles_answer_and_lead_to_the_site(connection: Connection) -> None:
    [best, *_] = await searching.search(connection, WORKSPACE, "Why did my bill double?", "en")
    assert best.article.url == f"{SITE}/help/bill-higher"


async def test_life_goes_on_where_the_seeding_ended(seeded: Seeded) -> None:
    async with seeded.database.read(WORKSPACE) as connection:
        [row] = await connection.fetch(
            "select conversation_id, person_id, last_seq, last_entry_at from conversation"
            " where workspace_id = $1 and held_by = 'queue' limit 1",
            WORKSPACE,
        )
    draft = message(row["conversation_id"], uuid7(), person(row["person_id"]), "Are you still there?")
    appended = await Journal(seeded.database, RecordingBus()).append(WORKSPACE, draft)
    assert appended.seq == row["last_seq"] + 1
    assert appended.at > row["last_entry_at"]
