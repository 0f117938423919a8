"""The summary in the database is the fold of the journal, whatever happens in whatever order."""

import random
from contextlib import suppress
from uuid import UUID

import pytest

from alongside.conversations import (
    accepting,
    assigning,
    closing,
    drafts,
    handing_over,
    reopening,
    sending,
    summary_store,
)
from alongside.conversations.summary import Folded, summarise
from alongside.kit.errors import Conflict
from alongside.kit.ids import uuid7
from alongside.storage import Connection
from tests.conversations.scene import Scene


async def stored(scene: Scene, talk: UUID) -> Folded:
    [row] = await scene.sql(
        "select status, held_by, assignee_id, last_seq, last_entry_at, preview, preview_author, waiting_since,"
        " closed_at from conversation where workspace_id = $1 and conversation_id = $2",
        talk,
    )
    return Folded(**dict(row))


async def something_happens(scene: Scene, talk: UUID, chance: random.Random) -> None:
    agents = [scene.agent, scene.second]
    someone = chance.choice(agents)
    deed = chance.choice(
        ["person", "person", "agent", "note", "accept", "assign", "queue", "close", "reopen", "ask"]
    )
    match deed:
        case "person":
            await scene.do(sending.send, scene.says(talk, scene.customer, f"{chance.random()}" * 20))
        case "agent":
            await scene.do(sending.send, scene.says(talk, someone, "Let me see"))
        case "note":
            await scene.do(sending.send, drafts.note(talk, uuid7(), someone, "a difficult one"))
        case "accept":
            await scene.do(accepting.accept, someone.id, talk, uuid7())
        case "assign":
            await scene.do(assigning.assign, scene.agent, talk, uuid7(), someone.id)
        case "queue":
            await scene.do(assigning.assign, scene.agent, talk, uuid7(), None)
        case "close":
            await scene.do(closing.close, someone, talk, uuid7())
        case "reopen":
            await scene.do(reopening.reopen, someone, talk, uuid7())
        case "ask":
            await scene.do(
                handing_over.hand_over, scene.customer, talk, uuid7(), "asked", farewell="I bring somebody."
            )


@pytest.mark.parametrize("seed", range(12))
async def test_the_stored_summary_is_the_fold_of_the_journal(scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    talk = await scene.started()
    for _ in range(25):
        with suppress(Conflict):  # taken by another, or closed
            await something_happens(scene, talk, chance)
        assert await stored(scene, talk) == summarise(await scene.entries(talk))


async def test_a_batch_of_many_entries_folds_as_one_after_the_other(scene: Scene) -> None:
    for seed in range(20):
        chance = random.Random(seed)
        talk = await scene.started()
        await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
        batch = [
            drafts.note(talk, uuid7(), scene.agent, "n")
            if chance.random() < 0.3
            else scene.says(talk, chance.choice([scene.customer, scene.agent]), f"{n}")
            for n in range(chance.randrange(1, 8))
        ]
        await scene.do(lambda c, journal, w, drafts: journal.record(c, w, drafts), batch)
        assert await stored(scene, talk) == summarise(await scene.entries(talk))


async def test_the_time_of_a_conversation_never_goes_back(scene: Scene) -> None:
    talk = await scene.started()
    await scene.sql(
        "update conversation set last_entry_at = now() + interval '1 hour'"
        " where workspace_id = $1 and conversation_id = $2",
        talk,
    )
    before = (await scene.summary(talk)).last_entry_at
    place = await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer))
    assert place.at == before
    assert (await scene.summary(talk)).last_entry_at == before


@pytest.mark.parametrize("sql", [summary_store.UNREAD, summary_store.summaries("select * from conversation")])
async def test_counting_what_is_unread_begins_where_reading_ended(scene: Scene, sql: str) -> None:
    """Under row security a look-up that computes with hidden rows cannot use the index, and reads it all."""

    async def plan(connection: Connection, workspace_id: UUID) -> list[str]:
        await connection.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        asked = [workspace_id, [uuid7()]] if "any ($2" in sql else [workspace_id, "agent", uuid7()]
        return [row[0] for row in await connection.fetch(f"explain {sql}", *asked)]

    conditions = [line for line in await scene.ask(plan) if "Index Cond" in line]
    assert any("seq >" in condition for condition in conditions)
