"""The concierge in real conversations: what it writes into the journal, and when it keeps silent."""

import asyncio
from typing import Any
from uuid import UUID, uuid5

import pytest

from alongside.automation.concierge import asking
from alongside.automation.concierge.attending import attend
from alongside.automation.concierge.model import Answer, Clarify, Command, Greet, HandOver, Reply
from alongside.conversations import accepting, sending
from alongside.conversations.model import Entry, derived_id
from alongside.kit.errors import NotFound
from alongside.kit.ids import uuid7
from tests.conversations.scene import Scene


async def hears(scene: Scene, conversation_id: UUID, text: str, **more: Any) -> UUID:
    """The customer writes."""
    draft = scene.says(conversation_id, scene.customer, text)
    draft.body.update(more)
    await scene.journal.append(scene.workspace_id, draft)
    return draft.entry_id


async def turn(scene: Scene, conversation_id: UUID) -> Command | None:
    """The concierge looks whether it is its turn."""
    return await scene.do(attend, conversation_id)


async def last(scene: Scene, conversation_id: UUID) -> Entry:
    """The newest entry."""
    return (await scene.entries(conversation_id))[-1]


async def test_a_visitor_is_greeted_with_topics_and_always_a_human(scene: Scene) -> None:
    conversation_id = await scene.started()
    assert await turn(scene, conversation_id) == Greet()
    greeting = await last(scene, conversation_id)
    assert greeting.author.kind == "concierge"
    ids = [choice["id"] for choice in greeting.body["choices"]]
    assert ids[0] == "topic:bill-higher"
    assert ids[-1] == "human"


async def test_the_greeting_is_in_the_visitor_s_language(scene: Scene) -> None:
    await scene.sql("update person set locale = 'de-AT' where workspace_id = $1")
    conversation_id = await scene.started()
    await turn(scene, conversation_id)
    assert (await last(scene, conversation_id)).body["choices"][-1]["label"] == "Bitte ein Mensch"


async def test_a_question_is_answered_by_an_article_in_its_own_words(scene: Scene) -> None:
    conversation_id = await scene.started()
    await turn(scene, conversation_id)
    await hears(scene, conversation_id, "Why did my bill double?")
    command = await turn(scene, conversation_id)
    assert isinstance(command, Answer)
    answer = await last(scene, conversation_id)
    assert command.passage.text.startswith(answer.body["text"][:80])
    assert (await scene.row(conversation_id)).held_by == "concierge"


async def test_a_german_question_gets_a_german_answer_wherever_it_began(scene: Scene) -> None:
    conversation_id = await scene.started()
    await turn(scene, conversation_id)
    await hears(scene, conversation_id, "Warum ist meine Rechnung so hoch?")
    await turn(scene, conversation_id)
    assert (await last(scene, conversation_id)).body["text"].startswith("Drei Dinge")


async def test_the_same_turn_taken_twice_or_at_once_leaves_one_answer(scene: Scene) -> None:
    conversation_id = await scene.started()
    await turn(scene, conversation_id)
    await hears(scene, conversation_id, "Why did my bill double?")
    commands = await asyncio.gather(*(turn(scene, conversation_id) for _ in range(3)))
    assert [command is None for command in commands].count(False) == 1
    kinds = [entry.author.kind for entry in await scene.entries(conversation_id)]
    assert kinds == ["person", "concierge", "person", "concierge"]


async def test_the_answer_s_id_comes_from_what_it_answers(scene: Scene) -> None:
    conversation_id = await scene.started()
    await turn(scene, conversation_id)
    entry_id = await hears(scene, conversation_id, "Thanks!")
    assert await turn(scene, conversation_id) == Reply("thanks")
    answer = await last(scene, conversation_id)
    assert answer.entry_id == derived_id(entry_id, "concierge") == uuid5(entry_id, "concierge")


async def test_who_wants_a_human_is_told_and_the_team_gets_everything_along(scene: Scene) -> None:
    conversation_id = await scene.started()
    await turn(scene, conversation_id)
    await hears(scene, conversation_id, "Why did my bill double?")
    await turn(scene, conversation_id)
    await hears(scene, conversation_id, "I don't want a bot, let me talk to someone")
    assert await turn(scene, conversation_id) == HandOver("asked")
    farewell, handed_over, packet = (await scene.entries(conversation_id))[-3:]
    assert (farewell.kind, farewell.author.kind) == ("message", "concierge")
    assert handed_over.body == {"to": "queue", "reason": "asked"}
    assert packet.audience == "team"
    assert packet.body["last_question"] == "I don't want a bot, let me talk to someone"
    assert "Why did my bill double?" in packet.body["summary"]
    row = await scene.row(conversation_id)
    assert (row.held_by, row.assignee_id) == ("queue", None)


async def test_the_packet_lists_the_pages_that_the_customer_looked_at(scene: Scene) -> None:
    device_id = uuid7()
    await scene.sql(
        "insert into device (workspace_id, device_id, person_id, token_hash) values ($1, $2, $3, 'x')",
        device_id, scene.customer.id,
    )  # fmt: skip
    await scene.sql(
        "insert into page_view (workspace_id, page_view_id, device_id, person_id, url, title)"
        " values ($1, $2, $3, $4, 'https://luma.example/bills', 'My bills')",
        uuid7(), device_id, scene.customer.id,
    )  # fmt: skip
    conversation_id = await scene.started()
    await hears(scene, conversation_id, "human please")
    await turn(scene, conversation_id)
    packet = await last(scene, conversation_id)
    assert packet.body["pages"] == [{"url": "https://luma.example/bills", "title": "My bills"}]


async def test_after_a_handover_the_concierge_never_speaks_again(scene: Scene) -> None:
    conversation_id = await scene.started()
    await hears(scene, conversation_id, "human please")
    await turn(scene, conversation_id)
    before = await scene.kinds(conversation_id)
    await hears(scene, conversation_id, "Why did my bill double?")
    assert await turn(scene, conversation_id) is None
    assert await scene.kinds(conversation_id) == [*before, "message"]


async def test_a_human_who_takes_over_silences_the_concierge(scene: Scene) -> None:
    conversation_id = await scene.started()
    await hears(scene, conversation_id, "Why did my bill double?")
    await scene.do(accepting.accept, scene.agent.id, conversation_id, uuid7())
    assert await turn(scene, conversation_id) is None
    assert "concierge" not in {entry.author.kind for entry in await scene.entries(conversation_id)}


async def test_whoever_is_first_under_the_lock_speaks_and_the_other_does_not(scene: Scene) -> None:
    conversation_id = await scene.started()
    await hears(scene, conversation_id, "Why did my bill double?")
    taking = scene.do(sending.send, scene.says(conversation_id, scene.agent, "Hello Mara, I am looking."))
    await asyncio.gather(turn(scene, conversation_id), taking)
    authors = [entry.author.kind for entry in await scene.entries(conversation_id) if entry.kind == "message"]
    assert authors in (["person", "concierge", "agent"], ["person", "agent"])
    assert await turn(scene, conversation_id) is None


async def test_what_nobody_knows_goes_to_a_human_at_once(scene: Scene) -> None:
    conversation_id = await scene.started()
    await hears(scene, conversation_id, "Can you book me a flight to Lisbon?")
    command = await turn(scene, conversation_id)
    assert isinstance(command, HandOver)
    assert command.reason == "unsure"


async def test_options_are_named_at_most_twice(scene: Scene) -> None:
    conversation_id = await scene.started()
    commands = []
    for text in (
        "something about the bank account and tariff",
        "bank account, tariff contract",
        "tariff account bill",
    ):
        await hears(scene, conversation_id, text)
        commands.append(await turn(scene, conversation_id))
    assert [type(command) for command in commands] == [Clarify, Clarify, HandOver]


async def test_a_tapped_topic_shows_its_article_and_its_source(scene: Scene) -> None:
    await scene.sql("update article set url = 'https://luma.example/help/' || slug where workspace_id = $1")
    conversation_id = await scene.started()
    await turn(scene, conversation_id)
    await hears(scene, conversation_id, "I'm moving home", choice="topic:moving-home")
    await turn(scene, conversation_id)
    answer = await last(scene, conversation_id)
    assert answer.body["source"] == {"title": "Moving home", "url": "https://luma.example/help/moving-home"}


async def test_an_internal_article_is_never_shown_to_a_customer(scene: Scene) -> None:
    conversation_id = await scene.started()
    await hears(scene, conversation_id, "x", choice="option:goodwill-limits")
    assert isinstance(await turn(scene, conversation_id), HandOver)
    assert all("25 €" not in str(entry.body) for entry in await scene.entries(conversation_id))


@pytest.mark.parametrize(
    ("text", "reason"), [("My husband died last week", "grief"), ("Das ist eine Frechheit!", "anger")]
)
async def test_feelings_go_to_a_human_with_care(scene: Scene, text: str, reason: str) -> None:
    conversation_id = await scene.started()
    await hears(scene, conversation_id, text)
    await turn(scene, conversation_id)
    _, handed_over, packet = (await scene.entries(conversation_id))[-3:]
    assert handed_over.body["reason"] == packet.body["reason"] == reason


async def test_a_concierge_that_keeps_failing_brings_a_human(scene: Scene) -> None:
    conversation_id = await scene.started()
    await hears(scene, conversation_id, "Why did my bill double?")
    assert await scene.do(attend, conversation_id, ailing=True) == HandOver("unsure")


async def test_the_button_hands_over_once_however_often_it_is_pressed(scene: Scene) -> None:
    conversation_id = await scene.started()
    entry_id = uuid7()
    first = await scene.do(asking.ask_human, scene.customer.id, conversation_id, entry_id)
    again = await scene.do(asking.ask_human, scene.customer.id, conversation_id, entry_id)
    assert (again.seq, again.duplicate) == (first.seq, True)
    assert await scene.kinds(conversation_id) == ["started", "message", "handed_over", "handoff_packet"]
    assert (await scene.entries(conversation_id))[2].author == scene.customer


async def test_nobody_hands_over_somebody_else_s_conversation(scene: Scene) -> None:
    conversation_id = await scene.started()
    stranger = await scene.person("Eve")
    with pytest.raises(NotFound):
        await scene.do(asking.ask_human, stranger.id, conversation_id, uuid7())
