"""Closed is not gone: what happens when somebody writes again."""

import pytest

from alongside.conversations import accepting, assigning, closing, handing_over, reopening, sending
from alongside.conversations.refusals import Declined
from alongside.kit.errors import Conflict
from alongside.kit.ids import uuid7
from tests.conversations.scene import Scene


async def test_a_message_into_a_closed_conversation_opens_it_again_for_who_had_it(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    await scene.do(closing.close, scene.agent, talk, uuid7())
    draft = scene.says(talk, scene.customer, "One more thing")
    with pytest.raises(Declined) as declined:
        await scene.journal.append(scene.workspace_id, draft)
    assert declined.value.code == "closed"
    await scene.do(sending.send, draft)
    row = await scene.row(talk)
    assert (row.status, row.held_by, row.assignee_id, row.closed_at) == (
        "open",
        "agent",
        scene.agent.id,
        None,
    )
    assert (await scene.kinds(talk))[-3:] == ["closed", "reopened", "message"]


async def test_it_goes_to_the_queue_if_who_had_it_works_here_no_longer(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    await scene.do(closing.close, scene.agent, talk, uuid7())
    await scene.sql(
        "update agent set deactivated_at = now() where workspace_id = $1 and agent_id = $2", scene.agent.id
    )
    await scene.do(sending.send, scene.says(talk, scene.customer, "Anybody there?"))
    row = await scene.row(talk)
    assert (row.status, row.held_by, row.assignee_id) == ("open", "queue", None)
    assert (await scene.kinds(talk))[-3:] == ["reopened", "assigned", "message"]


async def test_closing_and_reopening_are_harmless_to_repeat(scene: Scene) -> None:
    talk = await scene.started()
    close_id, reopen_id = uuid7(), uuid7()
    closed = await scene.do(closing.close, scene.agent, talk, close_id)
    assert (await scene.do(closing.close, scene.agent, talk, close_id)).seq == closed.seq
    assert (await scene.do(closing.close, scene.second, talk, uuid7())).duplicate
    reopened = await scene.do(reopening.reopen, scene.agent, talk, reopen_id)
    assert (await scene.do(reopening.reopen, scene.agent, talk, reopen_id)).seq == reopened.seq
    assert (await scene.do(closing.close, scene.agent, talk, close_id)).seq == closed.seq
    assert (await scene.row(talk)).status == "open"
    assert await scene.kinds(talk) == ["started", "closed", "reopened"]


async def test_a_note_does_not_open_a_closed_conversation(scene: Scene) -> None:
    from alongside.conversations.drafts import note

    talk = await scene.started()
    await scene.do(closing.close, scene.agent, talk, uuid7())
    await scene.journal.append(scene.workspace_id, note(talk, uuid7(), scene.agent, "for the record"))
    assert (await scene.row(talk)).status == "closed"


async def test_nobody_takes_or_is_given_what_is_closed(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(closing.close, scene.agent, talk, uuid7())
    for act, args in ((accepting.accept, (scene.agent.id, talk, uuid7())),
                      (assigning.assign, (scene.agent, talk, uuid7(), scene.second.id))):  # fmt: skip
        with pytest.raises(Conflict) as refused:
            await scene.do(act, *args)
        assert refused.value.code == "closed"


async def test_asking_for_a_human_in_a_closed_conversation_opens_it(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(closing.close, scene.agent, talk, uuid7())
    await scene.do(handing_over.hand_over, scene.customer, talk, uuid7(), "asked")
    row = await scene.row(talk)
    assert (row.status, row.held_by) == ("open", "queue")
    assert await scene.kinds(talk) == ["started", "closed", "reopened", "handed_over"]


async def test_waiting_begins_with_the_first_question_and_ends_with_an_answer(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    first = await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer, "a"))
    await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer, "b"))
    assert (await scene.summary(talk)).waiting_since == first.at
    await scene.journal.append(scene.workspace_id, scene.says(talk, scene.agent, "c"))
    assert (await scene.summary(talk)).waiting_since is None
