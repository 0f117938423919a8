"""How far each has read, and what is left."""

import pytest

from alongside.conversations import accepting, reading, summary_store
from alongside.conversations.participants import present
from alongside.kit.errors import NotFound
from alongside.kit.ids import uuid7
from tests.conversations.scene import Scene


async def mark(scene: Scene, *args: object) -> int:
    async with scene.database.transaction(scene.workspace_id) as connection:
        return await reading.mark_read(connection, scene.workspace_id, *args)  # type: ignore[arg-type]


async def test_a_mark_never_goes_back_and_never_beyond_the_end(scene: Scene) -> None:
    talk = await scene.started()
    for _ in range(4):
        await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer))
    assert [await mark(scene, scene.customer, talk, seq) for seq in (3, 1, 4, 99, 0)] == [3, 3, 4, 5, 5]


async def test_each_is_told_what_they_have_not_read_of_the_others(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    for who in (scene.customer, scene.customer, scene.agent, scene.customer):
        last = await scene.journal.append(scene.workspace_id, scene.says(talk, who))
    assert (await scene.summary(talk, scene.agent)).unread == 3
    assert (await scene.summary(talk, scene.customer)).unread == 1
    assert (await scene.summary(talk, scene.second)).unread == 0
    assert await scene.ask(summary_store.unread, [talk]) == {talk: {scene.agent: 3, scene.customer: 1}}
    await mark(scene, scene.agent, talk, last.seq - 1)
    assert (await scene.summary(talk, scene.agent)).unread == 1
    assert (await scene.ask(summary_store.unread, [talk]))[talk][scene.agent] == 1


async def test_who_is_assigned_sees_what_is_unread_before_they_have_joined(scene: Scene) -> None:
    from alongside.conversations import assigning

    talk = await scene.started()
    await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer))
    await scene.do(assigning.assign, scene.agent, talk, uuid7(), scene.second.id)
    assert (await scene.summary(talk, scene.second)).unread == 1
    assert await scene.ask(summary_store.unread, [talk]) == {talk: {scene.second: 1}}
    await mark(scene, scene.second, talk, 3)
    assert (await scene.summary(talk, scene.second)).unread == 0


async def test_who_only_looks_in_takes_no_part(scene: Scene) -> None:
    talk = await scene.started()
    await mark(scene, scene.agent, talk, 1)
    assert [each.name for each in await scene.ask(present, scene.agent, talk)] == ["Mara"]


async def test_a_stranger_marks_nothing(scene: Scene) -> None:
    talk, stranger = await scene.started(), await scene.person()
    with pytest.raises(NotFound):
        await mark(scene, stranger, talk, 1)


async def test_more_than_a_hundred_unread_are_a_hundred(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    batch = [scene.says(talk, scene.customer) for _ in range(120)]
    await scene.do(lambda connection, journal, workspace_id: journal.record(connection, workspace_id, batch))
    assert (await scene.summary(talk)).unread == 100
