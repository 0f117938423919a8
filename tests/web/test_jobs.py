"""What could not be done, over HTTP: for administrators, and on record."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from alongside.jobs import Payloads, enqueue, job
from alongside.jobs.model import Running
from tests.web.rooms import Reception, code_of


class Greet(msgspec.Struct, frozen=True):
    name: str


@job("greet", Greet)
async def greet(_: Running, __: Greet) -> None: ...


async def dead_job(reception: Reception, name: str = "Mara") -> str:
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        number = await enqueue(connection, "greet", Greet(name))
        await connection.execute("update job set status = 'failed', updated = now() where id = $1", number)
        await connection.execute(
            "insert into job_failure (job_id, status, priority, entrypoint, traceback)"
            " values ($1, 'failed', 0, 'greet', $2)",
            number,
            {"exception_type": "KeyError", "exception_message": "mara", "traceback": "Traceback …"},
        )
    return f"job-{number}"


@pytest.fixture
def knowing(reception: Reception) -> Reception:
    """A server that knows the job."""
    return Reception(replace(reception.rooms, payloads=Payloads([greet])), reception.workspace)


@pytest_asyncio.fixture
async def client(knowing: Reception) -> AsyncIterator[httpx.AsyncClient]:
    """An administrator's browser."""
    async with knowing.signed_in("administrator") as client:
        yield client


async def listed(client: httpx.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get(f"/api/jobs/dead?{query}")).json()["items"]
    return items


async def test_a_dead_job_is_listed_without_its_payload_and_read_with_it(
    knowing: Reception, client: httpx.AsyncClient
) -> None:
    letter_id = await dead_job(knowing)
    [letter] = await listed(client)
    assert (letter["letter_id"], letter["name"], letter["reason"]) == (letter_id, "greet", "KeyError")
    assert "payload" not in letter
    opened = (await client.get(f"/api/jobs/dead/{letter_id}")).json()
    assert opened["letter"] == letter
    assert opened["payload"] == {"name": "Mara"}
    assert [failure["trace"] for failure in opened["failures"]] == ["Traceback …"]
    [count] = (await client.get("/api/jobs")).json()["jobs"]
    assert (count["name"], count["dead"]) == ("greet", 1)


async def test_the_list_is_filtered_sorted_and_paged(knowing: Reception, client: httpx.AsyncClient) -> None:
    letters = [await dead_job(knowing, name) for name in ("Mara", "Otto", "Ines")]
    assert [letter["letter_id"] for letter in await listed(client)] == letters[::-1]
    assert [letter["letter_id"] for letter in await listed(client, "sort=failed_at&limit=2")] == letters[:2]
    assert await listed(client, "kind=fact") == []
    assert await listed(client, "name=other") == []
    page = (await client.get("/api/jobs/dead?limit=2")).json()
    assert [
        letter["letter_id"] for letter in await listed(client, f"cursor={page['next_cursor']}")
    ] == letters[:1]
    assert (await client.get("/api/jobs/dead?kind=fax")).status_code == 422
    assert (await client.get("/api/jobs/dead?cursor=nonsense")).status_code == 422


async def test_a_mended_job_is_tried_again_and_both_are_on_record(
    knowing: Reception, client: httpx.AsyncClient
) -> None:
    letter_id = await dead_job(knowing)
    wrong = await client.patch(f"/api/jobs/dead/{letter_id}", json={"payload": {"name": 7}})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["name"])
    mended = await client.patch(
        f"/api/jobs/dead/{letter_id}", json={"payload": {"name": "Otto"}, "replay": True}
    )
    assert mended.json()["payload"] == {"name": "Otto"}
    assert await listed(client) == []
    [count] = (await client.get("/api/jobs")).json()["jobs"]
    assert (count["waiting"], count["dead"]) == (1, 0)
    assert (await knowing.audited())[-2:] == ["job.fixed", "job.replayed"]
    audit = (await client.get("/api/audit?action=job.fixed")).json()["items"]
    assert audit[0]["detail"] == {"letter": letter_id, "name": "greet", "fields": ["name"]}
    assert "Otto" not in str(audit)


async def test_many_are_discarded_or_replayed_and_those_that_are_gone_are_named(
    knowing: Reception, client: httpx.AsyncClient
) -> None:
    letters = [await dead_job(knowing, name) for name in ("Mara", "Otto", "Ines")]
    asked = {"letter_ids": [letters[0], letters[0], "job-999999", letters[1]]}
    outcome = (await client.post("/api/jobs/dead/discard", json=asked)).json()
    assert outcome["done"] == letters[:2]
    assert [(left["letter_id"], left["code"]) for left in outcome["left"]] == [("job-999999", "not_found")]
    replayed = await client.post("/api/jobs/dead/replay", json={"letter_ids": letters[2:]})
    assert replayed.json() == {"done": letters[2:], "left": []}
    assert await listed(client) == []
    assert (await knowing.audited())[-3:] == ["job.discarded", "job.discarded", "job.replayed"]


@pytest.mark.parametrize("letter_ids", [[], ["job-x"], ["job-1"] * 201, "job-1"])
async def test_what_is_no_list_of_letters_is_refused(client: httpx.AsyncClient, letter_ids: object) -> None:
    answer = await client.post("/api/jobs/dead/replay", json={"letter_ids": letter_ids})
    assert answer.status_code == 422


@pytest.mark.parametrize("letter_id", ["job-999999", "job-x", "fax-1"])
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, letter_id: str) -> None:
    assert code_of(await client.get(f"/api/jobs/dead/{letter_id}")) == "not_found"
    assert code_of(await client.patch(f"/api/jobs/dead/{letter_id}", json={"payload": {}})) == "not_found"


async def test_only_administrators_may(reception: Reception) -> None:
    async with reception.signed_in("supervisor") as client:
        for answer in (
            await client.get("/api/jobs"),
            await client.get("/api/jobs/dead"),
            await client.get("/api/jobs/dead/job-1"),
            await client.patch("/api/jobs/dead/job-1", json={"payload": {}}),
            await client.post("/api/jobs/dead/replay", json={"letter_ids": ["job-1"]}),
            await client.post("/api/jobs/dead/discard", json={"letter_ids": ["job-1"]}),
        ):
            assert code_of(answer) == "forbidden"
