"""What the journal promises while connections break and the network repeats, reorders and loses."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

import pytest

from alongside.conversations import accepting
from alongside.conversations.appending import Judged
from alongside.conversations.group_commit import Waiting
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended, Draft
from alongside.kit.errors import Unavailable
from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings
from alongside.storage import Database, Logins
from tests.conversations.scene import RecordingBus, Scene

CUT = """
    select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and usename = session_user and pid <> pg_backend_pid() and $1::uuid is not null
"""


async def test_connections_that_are_cut_all_the_time_lose_and_double_nothing(
    scene: Scene, logins: Logins, settings: Settings
) -> None:
    talk = await scene.started()
    drafts = [scene.says(talk, scene.customer, f"{n}") for n in range(200)]
    async with Database(logins, settings) as other:
        journal = Journal(other, RecordingBus(), patience=60)
        sending = asyncio.gather(*(journal.append(scene.workspace_id, draft) for draft in drafts))
        for _ in range(10):
            await scene.sql(CUT)
        late = [scene.says(talk, scene.customer, f"{n}") for n in range(200, 220)]
        for draft in late:
            await scene.sql(CUT)
            await journal.append(scene.workspace_id, draft)
        places = await sending
    entries = await scene.entries(talk)
    assert [entry.seq for entry in entries] == list(range(1, 222))
    assert [entry.body["text"] for entry in entries[1:]] == [f"{n}" for n in range(220)]
    assert [place.seq for place in places] == list(range(2, 202))


class Forgetful(Journal):
    """A journal to which the database's first answer does not come through."""

    answers = 0

    async def _commit(self, workspace_id: UUID, batch: Sequence[Waiting]) -> list[Judged]:
        judged = await super()._commit(workspace_id, batch)
        self.answers += 1
        if self.answers == 1:
            raise Unavailable
        return judged


async def test_an_answer_that_is_lost_after_the_commit_stores_once_and_tells_everybody(scene: Scene) -> None:
    talk, bus = await scene.started(), RecordingBus()
    journal = Forgetful(scene.database, bus)
    drafts = [scene.says(talk, scene.customer, f"{n}") for n in range(3)]
    places = await asyncio.gather(*(journal.append(scene.workspace_id, draft) for draft in drafts))
    assert journal.answers == 2
    assert [(place.seq, place.duplicate) for place in places] == [(2, True), (3, True), (4, True)]
    told = [entry for _, batch in bus.delivered for entry in batch.entries]
    assert told == (await scene.entries(talk))[1:]


async def test_who_waits_too_long_is_told_and_may_try_again(scene: Scene) -> None:
    talk = await scene.started()
    journal = Journal(scene.database, RecordingBus(), patience=0.05)
    draft = scene.says(talk, scene.customer)
    async with scene.database.transaction(scene.workspace_id) as connection:
        await connection.execute("select 1 from conversation where conversation_id = $1 for update", talk)
        with pytest.raises(Unavailable):
            await journal.append(scene.workspace_id, draft)
    await journal.close()
    assert (await scene.journal.append(scene.workspace_id, draft)).seq == 2
    assert await scene.kinds(talk) == ["started", "message"]


async def test_a_line_that_is_too_long_takes_nobody_more(scene: Scene) -> None:
    talk = await scene.started()
    journal = Journal(scene.database, RecordingBus(), longest_line=2)
    results = await asyncio.gather(
        *(journal.append(scene.workspace_id, scene.says(talk, scene.customer)) for _ in range(5)),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [Appended, Appended, Unavailable, Unavailable, Unavailable]


async def test_what_a_transaction_undid_was_never_told(scene: Scene, bus: RecordingBus) -> None:
    talk = await scene.started()
    told = len(bus.delivered)
    with suppress(ZeroDivisionError):
        async with scene.database.transaction(scene.workspace_id) as connection:
            await scene.journal.record(connection, scene.workspace_id, [scene.says(talk, scene.customer)])
            raise ZeroDivisionError
    assert len(bus.delivered) == told
    assert await scene.kinds(talk) == ["started"]
    assert (await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer))).seq == 2


@pytest.mark.parametrize("seed", range(4))
async def test_commands_that_come_twice_late_or_never_leave_each_message_once(
    scene: Scene, logins: Logins, settings: Settings, seed: int
) -> None:
    chance = random.Random(seed)
    talks = [await scene.started() for _ in range(3)]
    for talk in talks:
        await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    drafts = [
        scene.says(chance.choice(talks), chance.choice([scene.customer, scene.agent])) for _ in range(60)
    ]
    acknowledged: dict[UUID, set[tuple[int, object]]] = {}

    async def deliver(journal: Journal, draft: Draft) -> None:
        place = await journal.append(scene.workspace_id, draft)
        acknowledged.setdefault(draft.entry_id, set()).add((place.seq, place.at))

    async with Database(logins, settings) as other:
        journals = [scene.journal, Journal(other, RecordingBus())]
        waiting = list(drafts)
        while waiting:
            arriving = [draft for draft in waiting if chance.random() < 0.7]
            arriving += [draft for draft in drafts if chance.random() < 0.2]
            chance.shuffle(arriving)
            await asyncio.gather(*(deliver(chance.choice(journals), draft) for draft in arriving))
            waiting = [draft for draft in waiting if draft.entry_id not in acknowledged]
    stored = {entry.entry_id: (entry.seq, entry.at) for talk in talks for entry in await scene.entries(talk)}
    assert acknowledged == {draft.entry_id: {stored[draft.entry_id]} for draft in drafts}
    for talk in talks:
        entries = await scene.entries(talk)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
