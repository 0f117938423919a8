"""The journal: durable, gap-free, each entry once."""

import asyncio

from alongside.kit.ids import uuid7
from tests.conversations.scene import RecordingBus, Scene


async def test_messages_are_numbered_without_gaps_in_the_order_in_which_they_came(scene: Scene) -> None:
    talk = await scene.started()
    drafts = [scene.says(talk, scene.customer, f"line {n}") for n in range(50)]
    places = await asyncio.gather(*(scene.journal.append(scene.workspace_id, draft) for draft in drafts))
    assert [place.seq for place in places] == list(range(2, 52))
    assert [entry.body["text"] for entry in (await scene.entries(talk))[1:]] == [
        f"line {n}" for n in range(50)
    ]


async def test_a_retry_of_the_same_message_is_stored_once(scene: Scene) -> None:
    talk = await scene.started()
    draft = scene.says(talk, scene.customer)
    first, same_commit = await asyncio.gather(
        scene.journal.append(scene.workspace_id, draft), scene.journal.append(scene.workspace_id, draft)
    )
    later = await scene.journal.append(scene.workspace_id, draft)
    assert (first.seq, same_commit.seq, later.seq) == (2, 2, 2)
    assert [first.duplicate, same_commit.duplicate, later.duplicate] == [False, True, True]
    assert first.at == later.at
    assert await scene.kinds(talk) == ["started", "message"]


async def test_a_bad_row_harms_no_other_row_of_its_batch(scene: Scene) -> None:
    talk = await scene.started()
    stranger = await scene.person()
    taken = scene.says(talk, scene.customer)
    await scene.journal.append(scene.workspace_id, taken)
    results = await asyncio.gather(
        *(
            scene.journal.append(scene.workspace_id, draft)
            for draft in [
                scene.says(talk, scene.customer, "one"),
                scene.says(talk, stranger, "let me in"),
                scene.says(uuid7(), scene.customer, "to nobody"),
                scene.says(talk, scene.agent, "same id", entry_id=taken.entry_id),
                scene.says(talk, scene.agent, "not here"),
                scene.says(talk, scene.customer, "two"),
            ]
        ),
        return_exceptions=True,
    )
    assert [type(result).__name__ for result in results] == [
        "Appended", "NotFound", "NotFound", "Conflict", "Declined", "Appended",
    ]  # fmt: skip
    assert [entry.body.get("text") for entry in await scene.entries(talk)] == [None, "Hello", "one", "two"]


async def test_what_is_stored_is_delivered_after_its_commit(scene: Scene, bus: RecordingBus) -> None:
    talk = await scene.started()
    await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer, "hi"))
    assert [(batch.topic, batch.after, batch.upto) for _, batch in bus.delivered] == [
        (f"conversation:{talk}", 0, 1),
        (f"conversation:{talk}", 1, 2),
    ]
    assert bus.delivered[1][1].entries == (await scene.entries(talk))[1:]
