"""From the fact in the outbox to the concierge's words, through the relay and the worker."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest_asyncio

from alongside.automation.jobs import ATTEND, Attend, jobs
from alongside.automation.listening import SUBSCRIBERS
from alongside.conversations import accepting
from alongside.conversations.model import Entry, topic
from alongside.jobs import Relay, Running, Worker
from alongside.kit.ids import uuid7
from alongside.storage import Database
from tests.conversations.scene import RecordingBus, Scene


@pytest_asyncio.fixture
async def relay(database: Database) -> AsyncIterator[Relay]:
    """A relay that works when it is told to."""
    yield Relay(database, SUBSCRIBERS)


async def waiting_jobs(scene: Scene) -> list[str]:
    """The names of the jobs in the queue."""
    return [
        row["entrypoint"] for row in await scene.sql("select entrypoint from job where workspace_id = $1")
    ]


async def test_a_start_and_a_question_ask_for_the_concierge(scene: Scene, relay: Relay) -> None:
    conversation_id = await scene.started()
    await relay.relay_all()
    assert await waiting_jobs(scene) == [ATTEND]
    await scene.journal.append(scene.workspace_id, scene.says(conversation_id, scene.customer))
    await relay.relay_all()
    assert await waiting_jobs(scene) == [ATTEND, ATTEND]


async def test_where_a_human_is_nobody_asks_for_the_concierge(scene: Scene, relay: Relay) -> None:
    conversation_id = await scene.started()
    await scene.do(accepting.accept, scene.agent.id, conversation_id, uuid7())
    await scene.sql("delete from outbox where workspace_id = $1")
    await scene.journal.append(scene.workspace_id, scene.says(conversation_id, scene.customer))
    await relay.relay_all()
    assert await waiting_jobs(scene) == []


async def test_the_customer_sees_that_the_concierge_writes(scene: Scene, bus: RecordingBus) -> None:
    conversation_id = await scene.started()
    [attend] = jobs(scene.journal, bus)
    await attend.run(Running(scene.database, scene.workspace_id, 1, 1), Attend(conversation_id))
    assert [(name, happening.data["on"]) for name, happening in bus.broadcasts] == [
        (topic(conversation_id), True),
        (topic(conversation_id), False),
    ]


async def test_the_greeting_comes_by_itself(scene: Scene, bus: RecordingBus) -> None:
    async with Worker(scene.database, jobs(scene.journal, bus), 2), Relay(scene.database, SUBSCRIBERS):
        conversation_id = await scene.started()
        async with asyncio.timeout(20):
            greeting = await _first_of_the_concierge(bus, conversation_id)
    assert greeting.body["choices"][-1]["id"] == "human"


async def _first_of_the_concierge(bus: RecordingBus, conversation_id: UUID) -> Entry:
    """The bus tells of it; look whenever the loop has done something."""
    while True:
        for _, batch in bus.delivered:
            for entry in batch.entries:
                if isinstance(entry, Entry) and entry.author.kind == "concierge":
                    return entry
        await asyncio.sleep(0.01)
