"""Transactions, the fence, and errors in our own words."""

import asyncio
from contextlib import suppress
from uuid import UUID

import msgspec
import pytest

from alongside.kit.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from alongside.kit.ids import uuid7
from alongside.storage import Database, fetch, fetch_one, fetch_optional, notify

INSERT_PERSON = "insert into person (workspace_id, person_id, name) values ($1, $2, $3)"


class Person(msgspec.Struct):
    person_id: UUID
    name: str | None


async def test_what_a_transaction_wrote_is_there_afterwards(database: Database, workspace: UUID) -> None:
    person_id = uuid7()
    async with database.transaction(workspace) as connection:
        await connection.execute(INSERT_PERSON, workspace, person_id, "Mara")
    async with database.read(workspace) as connection:
        found = await fetch_one(connection, Person, "select * from person")
    assert found == Person(person_id, "Mara")


async def test_what_was_written_before_an_error_is_undone(database: Database, workspace: UUID) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(workspace) as connection:
            await connection.execute(INSERT_PERSON, workspace, uuid7(), "Mara")
            raise ZeroDivisionError
    async with database.read(workspace) as connection:
        assert await fetch(connection, Person, "select * from person") == []


async def test_another_workspace_sees_nothing_and_may_write_nothing(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    async with database.transaction(workspace) as connection:
        await connection.execute(INSERT_PERSON, workspace, uuid7(), "Mara")
    async with database.read(other_workspace) as connection:
        assert await fetch(connection, Person, "select * from person") == []
    with pytest.raises(Forbidden):
        async with database.transaction(other_workspace) as connection:
            await connection.execute(INSERT_PERSON, workspace, uuid7(), "Mallory")


async def test_without_a_workspace_no_row_is_visible(database: Database, workspace: UUID) -> None:
    async with database.read(None) as connection:
        assert await connection.fetchval("select count(*) from workspace") == 0


async def test_one_connection_does_not_remember_the_workspace_of_the_last_transaction(
    database: Database, workspace: UUID
) -> None:
    async with database.read(workspace) as connection:
        assert await connection.fetchval("select current_workspace()") == workspace
    async with database.read(None) as connection:
        assert await connection.fetchval("select current_workspace()") is None


async def test_reading_refuses_to_write(database: Database, workspace: UUID) -> None:
    with pytest.raises(Exception, match="read-only"):
        async with database.read(workspace) as connection:
            await connection.execute(INSERT_PERSON, workspace, uuid7(), "Mara")


async def test_a_second_row_of_the_same_key_is_a_conflict_that_names_the_constraint(
    database: Database, workspace: UUID
) -> None:
    person_id = uuid7()
    with pytest.raises(Conflict) as caught:
        async with database.transaction(workspace) as connection:
            await connection.execute(INSERT_PERSON, workspace, person_id, "Mara")
            await connection.execute(INSERT_PERSON, workspace, person_id, "Mara")
    assert caught.value.constraint == "person_pkey"


async def test_a_check_that_fails_is_invalid_and_quotes_no_value(database: Database, workspace: UUID) -> None:
    with pytest.raises(Invalid) as caught:
        async with database.transaction(workspace) as connection:
            await connection.execute(INSERT_PERSON, workspace, uuid7(), "secret " * 100)
    assert "secret" not in str(caught.value)


async def test_a_nul_character_is_the_senders_mistake(database: Database, workspace: UUID) -> None:
    with pytest.raises(Invalid):
        async with database.transaction(workspace) as connection:
            await connection.execute(INSERT_PERSON, workspace, uuid7(), "Ma\x00ra")


async def test_an_error_that_was_passed_over_is_not_taken_for_stored(
    database: Database, workspace: UUID
) -> None:
    with pytest.raises(Conflict) as caught:
        async with database.transaction(workspace) as connection:
            with suppress(Invalid):
                await connection.execute(INSERT_PERSON, workspace, uuid7(), "")
    assert caught.value.code == "undone"


async def test_a_part_that_fails_alone_leaves_the_rest(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        await connection.execute(INSERT_PERSON, workspace, uuid7(), "Mara")
        with pytest.raises(Invalid):
            async with connection.savepoint():
                await connection.execute(INSERT_PERSON, workspace, uuid7(), "")
    async with database.read(workspace) as connection:
        assert [person.name for person in await fetch(connection, Person, "select * from person")] == ["Mara"]


async def test_callbacks_run_after_the_commit_in_order(database: Database, workspace: UUID) -> None:
    seen: list[str] = []

    async def second() -> None:
        async with database.read(workspace) as connection:
            seen.append(f"second of {await connection.fetchval('select count(*) from person')}")

    async with database.transaction(workspace) as connection:
        connection.after_commit(lambda: seen.append("first"))
        connection.after_commit(second)
        await connection.execute(INSERT_PERSON, workspace, uuid7(), "Mara")
        assert seen == []
    assert seen == ["first", "second of 1"]


async def test_callbacks_are_dropped_on_rollback_and_not_left_for_the_next(
    database: Database, workspace: UUID
) -> None:
    seen: list[str] = []
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(workspace) as connection:
            connection.after_commit(lambda: seen.append("never"))
            raise ZeroDivisionError
    async with database.transaction(workspace) as connection:
        await connection.execute("select 1")
    assert seen == []


async def test_a_callback_that_fails_stops_neither_the_others_nor_the_caller(
    database: Database, workspace: UUID
) -> None:
    seen: list[str] = []

    def fails() -> None:
        raise RuntimeError

    async with database.transaction(workspace) as connection:
        connection.after_commit(fails)
        connection.after_commit(lambda: seen.append("still"))
    assert seen == ["still"]


async def test_json_is_python_values(database: Database, workspace: UUID) -> None:
    greeting = {"en": "Hello", "de": "Grüß Gott 👋"}
    async with database.transaction(workspace) as connection:
        await connection.execute("update workspace set greeting = $1", greeting)
    async with database.read(workspace) as connection:
        assert await connection.fetchval("select greeting from workspace") == greeting


async def test_nothing_found_is_none_or_not_found(database: Database, workspace: UUID) -> None:
    async with database.read(workspace) as connection:
        assert await fetch_optional(connection, Person, "select * from person") is None
        with pytest.raises(NotFound):
            await fetch_one(connection, Person, "select * from person")


async def test_a_notification_arrives_after_the_commit(database: Database, workspace: UUID) -> None:
    arrived: asyncio.Queue[str] = asyncio.Queue()
    await database.listen("test_channel", arrived.put_nowait)
    async with database.transaction(workspace) as connection:
        await notify(connection, "test_channel", "hello")
        assert arrived.empty()
    assert await asyncio.wait_for(arrived.get(), 10) == "hello"


async def test_a_listener_whose_connection_was_cut_is_told_of_the_gap_and_hears_again(
    database: Database, workspace: UUID
) -> None:
    arrived: asyncio.Queue[str] = asyncio.Queue()
    await database.listen("test_channel", arrived.put_nowait, gap=lambda: arrived.put_nowait("gap"))
    async with database.read(None) as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() "
            "and datname = current_database() and query ilike 'listen%'"
        )
    assert await asyncio.wait_for(arrived.get(), 10) == "gap"
    async with database.transaction(workspace) as connection:
        await notify(connection, "test_channel", "again")
    assert await asyncio.wait_for(arrived.get(), 10) == "again"


async def test_a_database_that_is_away_is_unavailable(database: Database, workspace: UUID) -> None:
    with pytest.raises(Unavailable):
        async with database.transaction(workspace) as connection:
            await connection.execute("select pg_terminate_backend(pg_backend_pid())")


async def test_a_cancelled_transaction_gives_its_connection_back_clean(
    database: Database, workspace: UUID
) -> None:
    started = asyncio.Event()

    async def hang() -> None:
        async with database.transaction(workspace) as connection:
            await connection.execute(INSERT_PERSON, workspace, uuid7(), "Mara")
            started.set()
            await connection.execute("select pg_sleep(60)")

    tasks = [asyncio.create_task(hang()) for _ in range(3)]
    await started.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with database.read(workspace) as connection:
        assert await connection.fetchval("select count(*) from person") == 0


async def test_what_can_be_done_again_waits_for_no_disk(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace, repeatable=True) as connection:
        assert await connection.fetchval("show synchronous_commit") == "off"
    async with database.transaction(workspace) as connection:
        assert await connection.fetchval("show synchronous_commit") == "on"
