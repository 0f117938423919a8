"""An anonymous visitor turns out to be somebody."""

import asyncio
from datetime import UTC, datetime

import pytest

from alongside.conversations import attaching, joining, listing, parting, reading, starting
from alongside.conversations.file_store import StoredFile
from alongside.conversations.participants import present
from alongside.kit.actors import Actor
from alongside.kit.errors import Unavailable
from alongside.kit.ids import uuid7
from alongside.people import join_store
from alongside.people.model import Join
from alongside.storage import Connection
from tests.conversations.scene import Scene


async def test_the_conversations_follow_and_note_it_once(scene: Scene) -> None:
    visitor = await scene.person()
    talk, own = await scene.started(visitor), await scene.started()
    await scene.journal.append(scene.workspace_id, scene.says(talk, visitor))
    async with scene.database.transaction(scene.workspace_id) as connection:
        await reading.mark_read(connection, scene.workspace_id, visitor, talk, 2)
    moved = await scene.do(joining.join, visitor.id, scene.customer.id, "Mara")
    assert moved == [talk]
    assert await scene.do(joining.join, visitor.id, scene.customer.id, "Mara") == []
    assert {each.conversation_id for each in await scene.ask(listing.own, scene.customer.id)} == {talk, own}
    assert await scene.kinds(talk) == ["started", "message", "identified"]
    [who] = await scene.ask(present, scene.agent, talk)
    assert (who.id, who.name, who.read_seq) == (scene.customer.id, "Mara", 2)


async def test_a_message_that_was_sent_before_is_not_stored_again_after(scene: Scene) -> None:
    visitor = await scene.person()
    talk = await scene.started(visitor)
    draft = scene.says(talk, visitor)
    first = await scene.journal.append(scene.workspace_id, draft)
    await scene.do(joining.join, visitor.id, scene.customer.id, "Mara")
    again = scene.says(talk, scene.customer, entry_id=draft.entry_id)
    retried = await scene.journal.append(scene.workspace_id, again)
    assert (retried.seq, retried.duplicate) == (first.seq, True)


async def test_what_was_uploaded_before_can_be_sent_after(scene: Scene) -> None:
    visitor = await scene.person()
    file = StoredFile(uuid7(), b"x" * 32, "bill.pdf", "application/pdf", 3)
    async with scene.database.transaction(scene.workspace_id) as connection:
        await attaching.keep(connection, scene.workspace_id, file, visitor)
    await scene.do(joining.join, visitor.id, scene.customer.id, "Mara")
    [card] = await scene.ask(attaching.cards, scene.customer, [file.file_id])
    assert card.name == "bill.pdf"


async def test_a_join_that_was_wrong_gives_back_what_the_visitor_began(scene: Scene) -> None:
    visitor = await scene.person()
    talk, own = await scene.started(visitor), await scene.started()
    await scene.do(joining.join, visitor.id, scene.customer.id, "Mara")
    async with scene.database.transaction(scene.workspace_id) as connection:
        assert visitor.id
        assert scene.customer.id
        back = await parting.part(connection, scene.workspace_id, visitor.id, scene.customer.id)
    assert back == [talk]
    assert [each.conversation_id for each in await scene.ask(listing.own, visitor.id)] == [talk]
    assert [each.conversation_id for each in await scene.ask(listing.own, scene.customer.id)] == [own]


async def joined(scene: Scene, connection: Connection, visitor: Actor, now: datetime) -> None:
    """The edge and what follows, as the edge of the web does it."""
    device = uuid7()
    await connection.execute(
        "insert into device (workspace_id, device_id, person_id, token_hash) values ($1, $2, $3, '')",
        scene.workspace_id, device, visitor.id,
    )  # fmt: skip
    assert visitor.id
    assert scene.customer.id
    edge = Join(uuid7(), visitor.id, scene.customer.id, device, now)
    await join_store.insert_join(connection, scene.workspace_id, edge)
    await joining.join(connection, scene.journal, scene.workspace_id, visitor.id, scene.customer.id, "Mara")


async def test_what_is_started_at_the_moment_of_the_join_is_not_left_behind(scene: Scene) -> None:
    visitor = await scene.person()
    started = await scene.started(visitor)
    async with scene.database.transaction(scene.workspace_id) as connection:
        await joined(scene, connection, visitor, datetime.now(UTC))
        late = asyncio.create_task(scene.do(starting.start, visitor.id, uuid7()))
        while not await connection.fetchval("select exists (select from pg_locks where not granted)"):
            assert not late.done()
    with pytest.raises(Unavailable):
        await late
    assert await scene.ask(listing.own, visitor.id) == []
    assert [each.conversation_id for each in await scene.ask(listing.own, scene.customer.id)] == [started]
