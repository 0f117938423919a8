"""Letters that nobody took: listed in pages, read, mended, sent once more, thrown away."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from alongside.jobs import Payloads, Relay, enqueue, job
from alongside.jobs.counting import DEAD, DEAD_SINCE, PUT_OFF, counts, dead_everywhere, measure
from alongside.jobs.dead import Query, discard, fix, listing, open_letter, replay
from alongside.jobs.model import Running
from alongside.kit.errors import Conflict, Invalid, NotFound
from alongside.kit.events import Fact
from alongside.storage import Connection, Database, announce


class Greet(msgspec.Struct, frozen=True):
    name: str
    times: int = 1


class Greeted(Fact, frozen=True):
    name: str


@job("greet", Greet)
async def greet(_: Running, __: Greet) -> None: ...


PAYLOADS = Payloads([greet], [Greeted])


async def dead_job(
    connection: Connection, name: str = "Mara", day: int = 1, dedupe_key: str | None = None
) -> str:
    """A job that was given up on that day of November; its letter's id."""
    number = await enqueue(connection, "greet", Greet(name), dedupe_key=dedupe_key)
    await connection.execute(
        "update job set status = 'failed', updated = $2 where id = $1",
        number,
        datetime(2026, 11, day, tzinfo=UTC),
    )
    return f"job-{number}"


async def put_off_fact(connection: Connection, name: str = "Mara", day: int = 1) -> str:
    """A fact whose telling failed on that day; its letter's id."""
    await announce(connection, Greeted(name=name))
    number = await connection.fetchval(
        "update outbox set attempts = 3, failed_at = $1, failure = 'KeyError', not_before = 'infinity'"
        " where attempts = 0 returning outbox_id",
        datetime(2026, 11, day, tzinfo=UTC),
    )
    return f"fact-{number}"


async def pages(connection: Connection, **query: Any) -> list[str]:
    """Every letter's id, page by page."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = await listing(connection, Query(cursor=cursor, **query))
        found += [letter.letter_id for letter in page.items]
        if (cursor := page.next_cursor) is None:
            return found


async def test_jobs_and_facts_are_listed_together_in_pages_in_both_orders(
    database: Database, workspace: UUID
) -> None:
    async with database.transaction(workspace) as connection:
        letters = []
        for day in range(1, 6):
            letters += [await dead_job(connection, day=day), await put_off_fact(connection, day=day)]
        newest = await pages(connection, limit=3)
        oldest = await pages(connection, limit=4, sort="failed_at")
        jobs = await pages(connection, kind="job")
        named = await pages(connection, name="greeted")
    assert sorted(newest) == sorted(letters)
    assert newest == oldest[::-1]
    assert jobs == [letter for letter in newest if letter.startswith("job-")]
    assert named == [letter for letter in newest if letter.startswith("fact-")]


async def test_what_another_workspace_has_is_not_there(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    async with database.transaction(workspace) as connection:
        letters = [await dead_job(connection), await put_off_fact(connection)]
    async with database.transaction(other_workspace) as connection:
        assert await pages(connection) == []
        for letter_id in letters:
            for deed in (open_letter, replay, discard):
                with pytest.raises(NotFound):
                    await deed(connection, letter_id)


@pytest.mark.parametrize("make", [dead_job, put_off_fact])
async def test_a_mended_letter_carries_what_it_was_given(
    database: Database, workspace: UUID, make: Any
) -> None:
    async with database.transaction(workspace) as connection:
        letter_id = await make(connection)
        before = (await open_letter(connection, letter_id)).payload
        after = await fix(connection, PAYLOADS, letter_id, before | {"name": "Otto"})
        assert after.payload == before | {"name": "Otto"}
        assert (await open_letter(connection, letter_id)).payload == after.payload


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({}, "payload"),
        ({"name": 7}, "name"),
        ({"name": "Mara", "tmies": 2}, "tmies"),
        ({"name": "Mara", "times": "two"}, "times"),
    ],
)
async def test_a_payload_that_the_job_would_not_understand_is_refused_by_its_field(
    database: Database, workspace: UUID, payload: dict[str, Any], field: str
) -> None:
    async with database.transaction(workspace) as connection:
        letter_id = await dead_job(connection)
        with pytest.raises(Invalid) as refused:
            await fix(connection, PAYLOADS, letter_id, payload)
        assert list(refused.value.fields) == [field]
        assert (await open_letter(connection, letter_id)).payload == {"name": "Mara", "times": 1}


async def test_a_job_that_this_program_does_not_know_is_not_mended(
    database: Database, workspace: UUID
) -> None:
    async with database.transaction(workspace) as connection:
        letter_id = await dead_job(connection)
        with pytest.raises(Invalid) as refused:
            await fix(connection, Payloads(), letter_id, {"name": "Otto"})
        assert refused.value.code == "unknown_job"


async def test_a_payload_that_is_too_large_is_refused(database: Database, workspace: UUID) -> None:
    async with database.transaction(workspace) as connection:
        letter_id = await dead_job(connection)
        with pytest.raises(Invalid, match="too large"):
            await fix(connection, PAYLOADS, letter_id, {"name": "M" * 300_000})


async def test_a_replayed_fact_is_told(database: Database, workspace: UUID) -> None:
    told: list[str] = []

    async def hear(_: Connection, facts: Any) -> None:
        told.extend(fact.name for fact in facts)

    async with database.transaction(workspace) as connection:
        letter_id = await put_off_fact(connection)
    relay = Relay(database, {Greeted: (hear,)})
    await relay.relay_all()
    assert told == []
    async with database.transaction(workspace) as connection:
        await replay(connection, letter_id)
        assert await pages(connection) == []
    await relay.relay_all()
    assert told == ["Mara"]


async def test_a_fact_that_cannot_be_told_says_when_it_failed(database: Database, workspace: UUID) -> None:
    async def fail(_: Connection, __: Any) -> None:
        raise LookupError

    async with database.transaction(workspace) as connection:
        await announce(connection, Greeted(name="Mara"))
    await Relay(database, {Greeted: (fail,)}).relay_all()
    async with database.read(workspace) as connection:
        [letter] = (await listing(connection, Query())).items
        failed_at = await connection.fetchval("select failed_at from outbox")
    assert (letter.attempts, letter.reason, letter.failed_at) == (1, "LookupError", failed_at)


async def test_a_job_in_whose_place_another_waits_is_not_replayed_and_stays(
    database: Database, workspace: UUID
) -> None:
    async with database.transaction(workspace) as connection:
        letter_id = await dead_job(connection, dedupe_key="mara")
        assert await enqueue(connection, "greet", Greet("Mara"), dedupe_key="mara") is not None
        with pytest.raises(Conflict) as refused:
            await replay(connection, letter_id)
        assert refused.value.code == "waits_already"
        assert await pages(connection) == [letter_id]


@pytest.mark.parametrize(
    "letter_id", ["job-0", f"job-{10**17}", "job--1", "job-1; drop", "fax-1", "", str(uuid4())]
)
async def test_what_is_no_letter_is_not_found(database: Database, workspace: UUID, letter_id: str) -> None:
    async with database.read(workspace) as connection:
        with pytest.raises(NotFound):
            await open_letter(connection, letter_id)


async def test_counts_are_a_workspaces_and_the_gauges_everybodys(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    async with database.transaction(workspace) as connection:
        await dead_job(connection, day=2)
        await dead_job(connection, day=1)
        await enqueue(connection, "greet", Greet("waiting"))
        await put_off_fact(connection)
        await announce(connection, Greeted(name="waiting"))
        found = await counts(connection)
    async with database.transaction(other_workspace) as connection:
        await dead_job(connection, day=3)
        others = await counts(connection)
    [count] = found.jobs
    assert (count.name, count.waiting, count.running, count.dead) == ("greet", 1, 0, 2)
    assert (found.facts_waiting, found.facts_put_off) == (1, 1)
    assert others.jobs[0].dead == 1
    async with database.jobs() as connection:
        dead = await dead_everywhere(connection)
    assert (dead.jobs, dead.oldest, dead.facts) == (3, datetime(2026, 11, 1, tzinfo=UTC), 1)
    await measure(database)
    assert (DEAD._value.get(), PUT_OFF._value.get()) == (3, 1)
    assert DEAD_SINCE._value.get() == datetime(2026, 11, 1, tzinfo=UTC).timestamp()
