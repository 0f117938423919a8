"""From the concierge to a human: handing over, accepting, assigning, writing."""

import asyncio
from uuid import UUID

import pytest

from alongside.conversations import accepting, assigning, closing, handing_over, releasing, sending
from alongside.conversations.drafts import message
from alongside.conversations.model import Packet, Page
from alongside.conversations.participants import present
from alongside.conversations.refusals import Declined
from alongside.kit.actors import CONCIERGE
from alongside.kit.errors import AlongsideError, Conflict, Forbidden, Invalid, NotFound
from alongside.kit.ids import uuid7
from tests.conversations.scene import Scene


async def facts(scene: Scene, kind: str) -> list[dict[str, object]]:
    rows = await scene.sql(
        "select payload from outbox where workspace_id = $1 and type = $2 order by outbox_id", kind
    )
    return [row["payload"] for row in rows]


async def handed_over(scene: Scene) -> UUID:
    talk = await scene.started()
    await scene.do(handing_over.hand_over, scene.customer, talk, uuid7(), "asked")
    return talk


async def test_the_customer_is_told_first_and_the_team_gets_the_packet(scene: Scene) -> None:
    talk = await scene.started()
    packet = Packet(
        summary="A bill that doubled",
        last_question="Why?",
        reason="asked",
        pages=[Page("https://luma.example/bills", "Bills")],
    )
    entry_id = uuid7()
    place = await scene.do(
        handing_over.hand_over,
        scene.customer,
        talk,
        entry_id,
        "asked",
        farewell="I bring somebody.",
        packet=packet,
    )
    entries = await scene.entries(talk)
    assert [(entry.kind, entry.audience) for entry in entries[1:]] == [
        ("message", "everyone"),
        ("handed_over", "everyone"),
        ("handoff_packet", "team"),
    ]
    assert (entries[2].entry_id, entries[2].seq) == (entry_id, place.seq)
    assert entries[3].body["pages"] == [{"url": "https://luma.example/bills", "title": "Bills"}]
    assert (await scene.row(talk)).held_by == "queue"
    [fact] = await facts(scene, "handed_over")
    assert (fact["conversation_id"], fact["reason"], fact["seq"]) == (str(talk), "asked", 3)


async def test_asking_twice_for_a_human_hands_over_once(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(handing_over.hand_over, scene.customer, talk, uuid7(), "asked", farewell="Gladly.")
    again = await scene.do(handing_over.hand_over, scene.customer, talk, uuid7(), "asked", farewell="Gladly.")
    assert again.duplicate
    assert await scene.kinds(talk) == ["started", "message", "handed_over"]


async def test_of_twenty_agents_who_accept_at_once_one_wins_and_the_others_learn_who(scene: Scene) -> None:
    talk = await handed_over(scene)
    agents = [await scene.colleague(f"Agent {n}") for n in range(20)]
    results = await asyncio.gather(
        *(scene.do(accepting.accept, agent.id, talk, uuid7()) for agent in agents), return_exceptions=True
    )
    winners = [
        agent for agent, result in zip(agents, results, strict=True) if not isinstance(result, Exception)
    ]
    losers = [result for result in results if isinstance(result, Conflict)]
    assert len(winners) == 1
    assert len(losers) == 19
    name = f"Agent {agents.index(winners[0])}"
    assert {(lost.code, lost.fields["assignee"]) for lost in losers} == {("already_taken", name)}
    assert (await scene.row(talk)).assignee_id == winners[0].id
    assert await scene.kinds(talk) == ["started", "handed_over", "assigned", "joined"]


async def test_a_repeated_accept_returns_the_first_result(scene: Scene) -> None:
    talk = await handed_over(scene)
    entry_id = uuid7()
    first = await scene.do(accepting.accept, scene.agent.id, talk, entry_id)
    await scene.do(assigning.assign, scene.agent, talk, uuid7(), scene.second.id)
    again = await scene.do(accepting.accept, scene.agent.id, talk, entry_id)
    assert (again.seq, again.at, again.duplicate) == (first.seq, first.at, True)
    assert (await scene.row(talk)).assignee_id == scene.second.id


async def test_the_concierge_is_silent_once_somebody_has_taken_over(scene: Scene) -> None:
    talk = await scene.started()
    spoken = message(talk, uuid7(), CONCIERGE, "Hello!")
    await scene.journal.append(scene.workspace_id, spoken)
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    late = message(talk, uuid7(), CONCIERGE, "Did you know …")
    with pytest.raises(Declined, match="taken over"):
        await scene.journal.append(scene.workspace_id, late)
    with pytest.raises(Declined, match="taken over"):
        await scene.do(sending.send, late)
    assert (await scene.journal.append(scene.workspace_id, spoken)).duplicate


async def test_an_agents_first_message_joins_them_and_takes_what_nobody_has(scene: Scene) -> None:
    talk = await scene.started()
    draft = scene.says(talk, scene.agent, "Good morning")
    with pytest.raises(Declined):
        await scene.journal.append(scene.workspace_id, draft)
    await scene.do(sending.send, draft)
    assert await scene.kinds(talk) == ["started", "assigned", "joined", "message"]
    assert (await scene.row(talk)).assignee_id == scene.agent.id
    assert (await scene.journal.append(scene.workspace_id, scene.says(talk, scene.agent))).seq == 5


async def test_a_colleague_who_writes_joins_and_takes_nothing_away(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    await scene.do(sending.send, scene.says(talk, scene.second, "May I?"))
    assert await scene.kinds(talk) == ["started", "assigned", "joined", "joined", "message"]
    assert (await scene.row(talk)).assignee_id == scene.agent.id
    here = await scene.ask(present, scene.agent, talk)
    assert [(each.kind, each.name) for each in here] == [
        ("person", "Mara"),
        ("agent", "Lea"),
        ("agent", "Ben"),
    ]


async def test_who_may_not_join_writes_only_where_they_take_part_or_are_assigned(scene: Scene) -> None:
    talk = await handed_over(scene)
    draft = scene.says(talk, scene.second, "As a specialist …")
    with pytest.raises(Forbidden):
        await scene.do(sending.send, draft, may_join=False)
    assert await scene.kinds(talk) == ["started", "handed_over"]
    await scene.do(assigning.assign, scene.agent, talk, uuid7(), scene.second.id)
    await scene.do(sending.send, draft, may_join=False)
    assert await scene.kinds(talk) == ["started", "handed_over", "assigned", "joined", "message"]


async def test_who_gives_a_conversation_away_leaves_it(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    entry_id = uuid7()
    first = await scene.do(assigning.assign, scene.agent, talk, entry_id, scene.second.id)
    again = await scene.do(assigning.assign, scene.agent, talk, entry_id, scene.second.id)
    assert (again.seq, again.duplicate) == (first.seq, True)
    assert await scene.kinds(talk) == ["started", "assigned", "joined", "assigned", "left"]
    assert [each.name for each in await scene.ask(present, scene.agent, talk)] == ["Mara"]


async def test_back_to_the_queue_it_waits_again(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    await scene.do(sending.send, scene.says(talk, scene.agent))
    assert (await scene.summary(talk)).waiting_since is None
    await scene.do(assigning.assign, scene.agent, talk, uuid7(), None)
    summary = await scene.summary(talk)
    assert (summary.held_by, summary.assignee) == ("queue", None)
    assert summary.waiting_since is not None


@pytest.mark.parametrize("gone", [False, True])
async def test_nobody_is_assigned_who_does_not_work_here(scene: Scene, gone: bool) -> None:
    talk = await handed_over(scene)
    await scene.sql(
        "update agent set deactivated_at = now() where workspace_id = $1 and agent_id = $2", scene.second.id
    )
    with pytest.raises(Invalid) as refused:
        await scene.do(assigning.assign, scene.agent, talk, uuid7(), scene.second.id if gone else uuid7())
    assert "agent_id" in refused.value.fields
    assert (await scene.row(talk)).held_by == "queue"


async def test_nobody_is_assigned_who_may_only_look(scene: Scene) -> None:
    talk = await handed_over(scene)
    await scene.sql(
        "update agent set role = 'viewer' where workspace_id = $1 and agent_id = $2", scene.second.id
    )
    with pytest.raises(Invalid, match="may not write"):
        await scene.do(assigning.assign, scene.agent, talk, uuid7(), scene.second.id)


async def test_what_an_agent_had_who_leaves_for_good_waits_in_the_queue(scene: Scene) -> None:
    had, closed, other = [await handed_over(scene) for _ in range(3)]
    for talk, who in ((had, scene.agent), (closed, scene.agent), (other, scene.second)):
        await scene.do(accepting.accept, who.id, talk, uuid7())
    await scene.do(closing.close, scene.agent, closed, uuid7())
    assert await scene.do(releasing.release, scene.agent.id) == [had]
    assert [(await scene.row(talk)).held_by for talk in (had, closed, other)] == ["queue", "agent", "agent"]
    assert (await scene.kinds(had))[-2:] == ["assigned", "left"]
    assert (await scene.summary(had)).waiting_since is not None


async def test_what_is_not_there_is_not_found(scene: Scene) -> None:
    acts: list[tuple[object, ...]] = [
        (accepting.accept, scene.agent.id, uuid7(), uuid7()),
        (assigning.assign, scene.agent, uuid7(), uuid7(), None),
        (handing_over.hand_over, scene.customer, uuid7(), uuid7(), "asked"),
    ]
    for act, *args in acts:
        with pytest.raises(NotFound):
            await scene.do(act, *args)  # type: ignore[arg-type]


async def test_a_persons_id_in_an_agents_hand_is_a_conflict(scene: Scene) -> None:
    talk = await scene.started()
    draft = scene.says(talk, scene.customer)
    await scene.journal.append(scene.workspace_id, draft)
    with pytest.raises(AlongsideError) as refused:
        await scene.do(accepting.accept, scene.agent.id, talk, draft.entry_id)
    assert refused.value.code == "conflict"
