"""The socket's commands, topics and digest of conversations, without a socket."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio

from alongside.conversations import joining
from alongside.kit.actors import Actor
from alongside.kit.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from alongside.kit.ids import uuid7
from alongside.people import join_store
from alongside.people.model import Join
from alongside.realtime.bus import AnyMessage, Told
from alongside.realtime.sessions import Session
from alongside.realtime.topics import Change, Range
from alongside.web.socket_digest import ListDigest
from alongside.web.socket_topics import topic_kinds
from tests.web.rooms import Reception
from tests.web.talks import Talks


@pytest_asyncio.fixture
async def talks(reception: Reception) -> AsyncIterator[Talks]:
    """A workspace in which one can have conversations."""
    talks = Talks(reception)
    await talks.set_up()
    yield talks


class Following:
    """Who follows what, as the test says."""

    def __init__(self) -> None:
        self._topics: dict[str, frozenset[Actor]] = {}

    def follow(self, topic: str, *sessions: Session) -> "Following":
        self._topics[topic] = frozenset(session.actor for session in sessions)
        return self

    def anyone(self, topic: str) -> bool:
        return bool(self._topics.get(topic))

    def of(self, topic: str) -> frozenset[Actor]:
        return self._topics.get(topic, frozenset())

    def has(self, topic: str, actor: Actor) -> bool:
        return actor in self.of(topic)


def digest(talks: Talks) -> ListDigest:
    return ListDigest(talks.rooms.database, lambda: talks.rooms.hub.company)


async def started(talks: Talks, visitor: Session, **more: object) -> UUID:
    talk = uuid7()
    await talks.run(visitor, "start", conversation_id=talk, **more)
    return talk


async def state(talks: Talks, session: Session, topic: str, after: int | None = None) -> Any:
    kinds = {kind.name: kind for kind in topic_kinds(talks.rooms.database, lambda: talks.rooms.hub.company)}
    name, _, key = topic.partition(":")
    await kinds[name].authorise(session, key)
    return await kinds[name].snapshot(session, key, after)


async def test_a_conversation_can_begin_with_words_and_again_does_nothing(talks: Talks) -> None:
    visitor = await talks.visitor()
    data = {"conversation_id": uuid7(), "entry_id": uuid7(), "text": "Why?",
            "page": {"url": "https://luma.example/bills?token=secret", "title": "Bills"}}  # fmt: skip
    first = await talks.run(visitor, "start", **data)
    again = await talks.run(visitor, "start", **data)
    assert (first["seq"], first["duplicate"]) == (2, False)
    assert again == first | {"duplicate": True}
    snapshot = await state(talks, visitor, f"conversation:{data['conversation_id']}")
    assert [entry.body for entry in snapshot.entries] == [
        {"page": {"url": "https://luma.example/bills", "title": "Bills"}},
        {"text": "Why?"},
    ]


async def test_a_page_that_is_none_does_not_keep_a_conversation_from_beginning(talks: Talks) -> None:
    visitor = await talks.visitor()
    talk = await started(talks, visitor, page={"url": "file:///etc/passwd", "title": "x"})
    snapshot = await state(talks, visitor, f"conversation:{talk}")
    assert snapshot.entries[0].body == {}


async def test_the_whole_story_over_commands(talks: Talks) -> None:
    visitor, lea, ben = await talks.visitor(), await talks.agent("Lea"), await talks.agent("Ben")
    talk = await started(talks, visitor)
    await talks.run(visitor, "send", conversation_id=talk, entry_id=uuid7(), text="Hello")
    await talks.run(visitor, "ask_human", conversation_id=talk, entry_id=uuid7())
    await talks.run(lea, "accept", conversation_id=talk, entry_id=uuid7())
    with pytest.raises(Conflict, match="Lea has taken"):
        await talks.run(ben, "accept", conversation_id=talk, entry_id=uuid7())
    await talks.run(lea, "send", conversation_id=talk, entry_id=uuid7(), text="Good morning")
    await talks.run(lea, "note", conversation_id=talk, entry_id=uuid7(), text="a regular")
    await talks.run(lea, "assign", conversation_id=talk, entry_id=uuid7(), agent_id=ben.actor.id)
    await talks.run(ben, "close", conversation_id=talk, entry_id=uuid7())
    await talks.run(visitor, "send", conversation_id=talk, entry_id=uuid7(), text="One more")
    await talks.run(ben, "close", conversation_id=talk, entry_id=uuid7())
    await talks.run(ben, "reopen", conversation_id=talk, entry_id=uuid7())
    seen = await state(talks, visitor, f"conversation:{talk}")
    kinds = [entry.kind for entry in seen.entries]
    assert kinds == [
        "started", "message", "message", "handed_over", "joined", "message", "left", "closed", "reopened",
        "message", "closed", "reopened",
    ]  # fmt: skip
    assert seen.upto == seen.state.summary.last_seq > len(kinds)
    assert (seen.state.summary.held_by, seen.state.summary.assignee.name) == ("agent", "Ben")


async def test_a_message_that_meets_the_moment_of_the_join_is_to_be_sent_again(talks: Talks) -> None:
    visitor, known = await talks.visitor(), await talks.visitor()
    talk = await started(talks, visitor)
    async with talks.rooms.database.transaction(talks.workspace) as connection:
        assert visitor.actor.id
        assert known.actor.id
        edge = Join(uuid7(), visitor.actor.id, known.actor.id, visitor.session_id, talks.rooms.clock.now())
        await join_store.insert_join(connection, talks.workspace, edge)
        await joining.join(
            connection, talks.rooms.journal, talks.workspace, visitor.actor.id, known.actor.id, "Mara"
        )
    said = {"conversation_id": talk, "entry_id": uuid7(), "text": "Hello"}
    with pytest.raises(Unavailable):
        await talks.run(visitor, "send", **said)
    assert (await talks.run(known, "send", **said))["seq"] == 3


async def test_roles_hold_at_the_socket_too(talks: Talks) -> None:
    visitor = await talks.visitor()
    talk = await started(talks, visitor)
    may: dict[str, list[bool]] = {}
    for role in ("viewer", "specialist", "agent"):
        session = await talks.agent(role.title(), role)
        may[role] = []
        for name in ("note", "send", "close"):
            try:
                await talks.run(session, name, conversation_id=talk, entry_id=uuid7(), text="x")
                may[role].append(True)
            except Forbidden:
                may[role].append(False)
    assert may == {
        "viewer": [False, False, False],
        "specialist": [True, False, False],
        "agent": [True, True, True],
    }


async def test_visitors_cannot_do_what_is_for_agents_nor_reach_others_conversations(talks: Talks) -> None:
    visitor, stranger, agent = await talks.visitor(), await talks.visitor(), await talks.agent("Lea")
    talk = await started(talks, visitor)
    for name in ("accept", "close", "reopen", "note", "assign"):
        with pytest.raises(Forbidden):
            await talks.run(visitor, name, conversation_id=talk, entry_id=uuid7(), agent_id=None)
    for name in ("start", "ask_human"):
        with pytest.raises(Forbidden):
            await talks.run(agent, name, conversation_id=talk, entry_id=uuid7())
    for name in ("send", "ask_human", "read"):
        with pytest.raises(NotFound):
            await talks.run(stranger, name, conversation_id=talk, entry_id=uuid7(), text="x", seq=1)
    with pytest.raises(Forbidden):
        await talks.run(stranger, "typing", conversation_id=talk, on=True)
    with pytest.raises(NotFound):
        await state(talks, stranger, f"conversation:{talk}")
    for session, topic in ((visitor, "desk"), (visitor, "team"), (agent, "mine"), (agent, "desk:x")):
        with pytest.raises(Forbidden):
            await state(talks, session, topic)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("send", {"text": "   "}),
        ("send", {"text": "x" * 10_001}),
        ("send", {"text": "x", "files": [str(uuid7())] * 21}),
        ("send", {"text": 7}),
        ("send", {"text": "\0"}),
        ("read", {"seq": -1}),
        ("page", {"url": "javascript:alert(1)"}),
    ],
)
async def test_what_makes_no_sense_is_invalid(talks: Talks, name: str, data: dict[str, object]) -> None:
    visitor = await talks.visitor()
    talk = await started(talks, visitor)
    with pytest.raises(Invalid) as refused:
        await talks.run(visitor, name, conversation_id=talk, entry_id=uuid7(), **data)
    assert refused.value.fields


async def test_a_mark_and_a_page_are_told_to_those_who_look(talks: Talks) -> None:
    visitor, lea = await talks.visitor(), await talks.agent("Lea")
    talk = await started(talks, visitor)
    told: list[Told] = []
    talks.rooms.bus.attach(Ears(told))
    await talks.run(lea, "read", conversation_id=talk, seq=1)
    await talks.run(visitor, "page", url="https://luma.example/outage", title="Outages")
    assert [(each.topic, each.happening.name, each.happening.audience) for each in told] == [
        (f"conversation:{talk}", "read", "everyone"),
        (f"conversation:{talk}", "page", "team"),
    ]
    assert told[0].happening.data == {"who": lea.actor, "seq": 1}
    assert told[1].happening.data["url"] == "https://luma.example/outage"


class Ears:
    """What is told."""

    def __init__(self, told: list[Told]) -> None:
        self._told = told

    def deliver(self, workspace_id: UUID, batches: object) -> None: ...

    def hear(self, node: str, message: AnyMessage) -> None:
        if isinstance(message, Told):
            self._told.append(message)

    def recheck(self) -> None: ...


async def test_the_digest_tells_each_what_they_have_not_read(talks: Talks) -> None:
    visitor, lea, ben = await talks.visitor(), await talks.agent("Lea"), await talks.agent("Ben")
    talk = await started(talks, visitor)
    name = f"conversation:{talk}"
    await talks.run(lea, "accept", conversation_id=talk, entry_id=uuid7())
    for session in (visitor, visitor, lea):
        await talks.run(session, "send", conversation_id=talk, entry_id=uuid7(), text="x")
    following = Following().follow("desk", lea, ben).follow("mine", visitor).follow(name, visitor, lea)
    changes = await digest(talks).changes(talks.workspace, [name], following)
    unread = {
        (change.topic, actor): change.data.unread
        for change in changes
        if change.name == "summary"
        for actor in (change.to or following.of(change.topic))
    }
    assert unread == {
        ("desk", lea.actor): 2,
        ("desk", ben.actor): 0,
        ("mine", visitor.actor): 1,
        (name, visitor.actor): 1,
        (name, lea.actor): 2,
    }


async def test_the_digest_tells_counts_only_when_they_change(talks: Talks) -> None:
    visitor, lea = await talks.visitor(), await talks.agent("Lea")
    talk = await started(talks, visitor)
    teller, following = digest(talks), Following().follow("desk", lea)

    async def counts() -> list[object]:
        changes = await teller.changes(talks.workspace, [f"conversation:{talk}"], following)
        return [msgspec.to_builtins(change.data) for change in changes if change.name == "counts"]

    assert await counts() == [{"mine": 0, "unassigned": 0, "all": 1}]
    assert await counts() == []
    await talks.run(lea, "accept", conversation_id=talk, entry_id=uuid7())
    assert await counts() == [{"mine": 1, "unassigned": 0, "all": 1}]
    assert (await state(talks, lea, "desk")).state.counts.mine == 1


async def test_the_digest_reads_nothing_that_nobody_sees(talks: Talks) -> None:
    visitor, other = await talks.visitor(), await talks.visitor()
    talk = await started(talks, visitor)
    changes: list[Change] = []
    for following in (Following(), Following().follow("mine", other), Following().follow("team", other)):
        changes += await digest(talks).changes(talks.workspace, [f"conversation:{talk}"], following)
    assert changes == []


async def test_the_team_is_told_whole(talks: Talks) -> None:
    lea = await talks.agent("Lea")
    await talks.agent("Ben", "viewer")
    lines = (await state(talks, lea, "team")).state
    assert [(line.name, line.role, line.online) for line in lines] == [
        ("Ben", "viewer", False),
        ("Lea", "agent", False),
    ]
    changes = await digest(talks).changes(talks.workspace, ["team"], Following().follow("team", lea))
    assert [(change.topic, change.name, change.data) for change in changes] == [
        ("team", "agent", line) for line in lines
    ]


async def test_what_was_missed_of_many_conversations_is_fetched_at_once(talks: Talks) -> None:
    visitor = await talks.visitor()
    ids = [await started(talks, visitor, text=f"{n}") for n in range(3)]
    kind = topic_kinds(talks.rooms.database, lambda: talks.rooms.hub.company)[0]
    batches = await kind.fetch(talks.workspace, [Range(str(talk), 1, 2) for talk in ids])
    assert {(batch.topic, batch.after, batch.upto, len(batch.entries)) for batch in batches} == {
        (f"conversation:{talk}", 1, 2, 1) for talk in ids
    }
    heads = await kind.heads(talks.workspace, [str(talk) for talk in [*ids, uuid7()]])
    assert heads == {str(talk): 2 for talk in ids}


async def test_a_snapshot_is_of_one_moment_while_others_write(talks: Talks) -> None:
    visitor = await talks.visitor()
    talk = await started(talks, visitor)

    async def write() -> None:
        for _ in range(30):
            await talks.run(visitor, "send", conversation_id=talk, entry_id=uuid7(), text="x")

    async def look() -> None:
        for _ in range(15):
            seen = await state(talks, visitor, f"conversation:{talk}", 0)
            assert seen.upto == seen.state.summary.last_seq
            assert [entry.seq for entry in seen.entries] == list(range(1, seen.upto + 1))

    await asyncio.gather(write(), look(), look())
