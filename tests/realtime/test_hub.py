"""What clients see of a hub: subscriptions, events, revocations, time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
import pytest_asyncio

from alongside.kit.errors import Forbidden
from alongside.realtime.bus import Hints
from alongside.realtime.limits import Limits
from alongside.realtime.memory import MemoryBus
from alongside.realtime.revocations import Revocation
from alongside.realtime.topics import Batch, Hint
from tests.realtime.world import WORKSPACE, MemoryJournal, Node, agent, hint_of, person


@pytest_asyncio.fixture
async def node() -> AsyncIterator[Node]:
    node = Node(MemoryJournal(), MemoryBus())
    await node.bus.start()
    yield node
    await node.hub.stop()


async def test_a_subscriber_gets_the_state_and_then_what_follows(node: Node) -> None:
    mara = person()
    topic = node.journal.open(mara.actor)
    node.journal.write(topic, "hello", "is anybody there?")
    caller = await node.enter(mara)
    subscribed = await caller.subscribe(topic)
    assert (subscribed["after"], subscribed["upto"], subscribed["state"]["last_seq"]) == (0, 2, 2)
    node.write(topic, "yes")
    entries = await caller.first("entries")
    assert (entries["after"], entries["upto"]) == (2, 3)
    assert caller.texts(topic) == ["hello", "is anybody there?", "yes"]


async def test_resuming_gives_only_what_is_missing(node: Node) -> None:
    mara = person()
    topic = node.journal.open(mara.actor)
    node.journal.write(topic, "one", "two", "three")
    caller = await node.enter(mara)
    subscribed = await caller.subscribe(topic, after=2)
    assert (subscribed["after"], subscribed["upto"]) == (2, 3)
    assert [entry["text"] for entry in subscribed["entries"]] == ["three"]


async def test_who_was_away_for_too_long_gets_the_newest_part_and_sees_the_gap() -> None:
    node = Node(MemoryJournal(), MemoryBus(), page=3)
    mara = person()
    topic = node.journal.open(mara.actor)
    node.journal.write(topic, *"abcdefgh")
    subscribed = await (await node.enter(mara)).subscribe(topic, after=1)
    assert (subscribed["after"], subscribed["upto"]) == (5, 8)


async def test_nothing_is_lost_or_doubled_between_snapshot_and_what_follows(node: Node) -> None:
    mara = person()
    topic = node.journal.open(mara.actor)
    other = await node.enter(agent())
    await other.subscribe(topic)
    caller = await node.enter(mara)
    late: list[Batch] = []
    node.conversations.before_snapshot = lambda: late.append(node.journal.write(topic, "in the snapshot"))
    node.conversations.after_snapshot = lambda: late.append(node.write(topic, "while it travels"))
    await caller.subscribe(topic)
    node.conversations.before_snapshot = node.conversations.after_snapshot = lambda: None
    node.bus.deliver(WORKSPACE, late)
    node.write(topic, "after it")
    everything = ["in the snapshot", "while it travels", "after it"]
    await caller.wait(lambda each: each.texts(topic) == everything)
    await other.wait(lambda each: each.texts(topic) == everything)


async def test_what_is_delivered_while_the_snapshot_is_read_and_is_in_it_comes_once(node: Node) -> None:
    topic = node.journal.open()
    other, caller = await node.enter(agent()), await node.enter(agent())
    await other.subscribe(topic)

    def write() -> None:
        node.write(topic, "in the snapshot and delivered")

    node.conversations.before_snapshot = write
    await caller.subscribe(topic)
    assert caller.of("entries") == []
    assert caller.texts(topic) == other.texts(topic) == ["in the snapshot and delivered"]


async def test_a_snapshot_may_be_ahead_of_what_was_delivered(node: Node) -> None:
    topic = node.journal.open()
    other, caller = await node.enter(agent()), await node.enter(agent())
    await other.subscribe(topic)
    node.journal.write(topic, "one", "two")
    await caller.subscribe(topic)
    node.write(topic, "three")
    for each in (caller, other):
        await each.wait(lambda each: each.texts(topic) == ["one", "two", "three"])
    assert [(frame["after"], frame["upto"]) for frame in caller.of("entries")] == [(2, 3)]


async def test_events_wait_for_the_snapshot_and_follow_it(node: Node) -> None:
    topic = node.journal.open()
    caller = await node.enter(agent())
    node.conversations.before_snapshot = lambda: node.hub.publish(WORKSPACE, topic, "read", {"seq": 1})
    await caller.subscribe(topic)
    await caller.wait(lambda each: each.of("event"))
    kinds = [(frame["type"], frame.get("name")) for frame in caller.frames if "topic" in frame]
    assert kinds[:2] == [("subscribed", None), ("event", "read")]


async def test_entries_that_come_before_the_first_snapshot_are_not_lost(node: Node) -> None:
    mara = person()
    topic = node.journal.open(mara.actor)
    caller = await node.enter(mara)

    def write() -> None:
        node.write(topic, "just now")

    node.conversations.after_snapshot = write
    await caller.subscribe(topic)
    await caller.wait(lambda each: each.texts(topic) == ["just now"])


async def test_customers_see_no_notes_but_know_that_nothing_is_missing(node: Node) -> None:
    mara, ines = person(), agent()
    topic = node.journal.open(mara.actor)
    node.journal.write(topic, "a secret", audience="team")
    customer, colleague = await node.enter(mara), await node.enter(ines)
    assert (await customer.subscribe(topic))["entries"] == []
    assert len((await colleague.subscribe(topic))["entries"]) == 1
    node.write(topic, "another secret", audience="team")
    node.write(topic, "for all")
    await customer.wait(lambda each: each.texts(topic) == ["for all"])
    assert [(each["after"], each["upto"]) for each in customer.of("entries")] == [(1, 2), (2, 3)]
    assert colleague.texts(topic) == ["a secret", "another secret", "for all"]
    assert b"secret" not in b"".join(customer.raw)


async def test_everybody_of_an_audience_gets_the_very_same_bytes(node: Node) -> None:
    topic = node.journal.open()
    callers = [await node.enter(agent()) for _ in range(3)]
    for caller in callers:
        await caller.subscribe(topic)
    node.write(topic, "for all of you")
    await callers[-1].first("entries")
    assert callers[0].raw[-1] is callers[1].raw[-1] is callers[2].raw[-1]


async def test_a_hint_from_elsewhere_is_fetched_once(node: Node) -> None:
    topic = node.journal.open()
    caller = await node.enter(agent())
    await caller.subscribe(topic)
    batch = node.journal.write(topic, "written on another node")
    for _ in range(3):
        node.hub.hear("other", Hints(WORKSPACE, [hint_of(batch)]))
    await caller.wait(lambda each: each.texts(topic) == ["written on another node"])
    assert len(node.conversations.fetched) == 1


async def test_a_failed_fetch_is_tried_again(node: Node) -> None:
    topic = node.journal.open()
    caller = await node.enter(agent())
    await caller.subscribe(topic)
    node.conversations.failures = [RuntimeError("the database is away")]
    node.journal.write(topic, "one")
    node.write(topic, "two")
    await caller.wait(lambda each: each.texts(topic) == ["one", "two"])


async def test_a_hint_of_what_is_not_there_harms_nothing(node: Node) -> None:
    topic = node.journal.open()
    caller = await node.enter(agent())
    await caller.subscribe(topic)
    node.hub.hear("other", Hints(WORKSPACE, [Hint(topic, 1, 9)]))
    node.write(topic, "one")
    await caller.wait(lambda each: each.texts(topic) == ["one"])


async def test_a_forgotten_hint_is_found_by_looking_at_the_journal(node: Node) -> None:
    topic = node.journal.open()
    caller = await node.enter(agent())
    await caller.subscribe(topic)
    node.journal.write(topic, "nobody told me")
    node.pass_time(31)
    await caller.wait(lambda each: each.texts(topic) == ["nobody told me"])


async def test_unsubscribing_ends_delivery(node: Node) -> None:
    topic = node.journal.open()
    caller = await node.enter(agent())
    await caller.subscribe(topic)
    caller.say(type="unsubscribe", id="u", topic=topic)
    assert (await caller.answer("u"))["type"] == "unsubscribed"
    node.write(topic, "not for you")
    assert caller.of("entries") == []


@pytest.mark.parametrize("topic", ["weather:today", "conversation:x", f"conversation:{uuid4()}".upper()])
async def test_what_is_no_topic_is_not_found(node: Node, topic: str) -> None:
    caller = await node.enter(agent())
    assert (await caller.subscribe(topic))["code"] == "not_found"


async def test_a_stranger_may_not_follow_a_conversation(node: Node) -> None:
    topic = node.journal.open(person().actor)
    caller = await node.enter(person())
    assert (await caller.subscribe(topic))["code"] == "forbidden"
    node.write(topic, "private")
    assert caller.of("entries") == []


async def test_subscribing_again_resumes_and_keeps_one_subscription(node: Node) -> None:
    topic = node.journal.open()
    caller = await node.enter(agent())
    await caller.subscribe(topic)
    await caller.subscribe(topic, after=0)
    node.write(topic, "once")
    assert len(caller.of("entries")) == 1


async def test_taking_a_topic_away_stops_it_at_once(node: Node) -> None:
    mara, ines = person(), agent()
    topic = node.journal.open(mara.actor)
    customer, colleague = await node.enter(mara), await node.enter(ines)
    await customer.subscribe(topic)
    await colleague.subscribe(topic)
    colleague.stuck = True
    node.write(topic, "still waiting to be written")
    node.hub.revoke(
        Revocation(
            workspace_id=WORKSPACE,
            actor=ines.actor,
            topic=topic,
            code="forbidden",
            message="You were taken off.",
        )
    )
    node.write(topic, "no longer yours")
    colleague.stuck = False
    colleague.flush()
    revoked = await colleague.first("revoked")
    assert revoked == {
        "type": "revoked",
        "topic": topic,
        "code": "forbidden",
        "message": "You were taken off.",
    }
    assert colleague.of("entries") == []
    assert colleague.closed is None
    assert customer.texts(topic) == ["still waiting to be written", "no longer yours"]


async def test_a_session_that_ends_is_closed_with_what_it_had_not_read(node: Node) -> None:
    ines = agent()
    topic = node.journal.open()
    ended, other = await node.enter(ines), await node.enter(agent())
    await ended.subscribe(topic)
    await other.subscribe(topic)
    ended.stuck = True
    node.write(topic, "unread")
    node.hub.revoke(Revocation(workspace_id=WORKSPACE, session_id=ines.session_id))
    ended.stuck = False
    ended.flush()
    bye = await ended.first("bye")
    assert (bye["code"], "retry_after" in bye) == ("unauthenticated", False)
    assert ended.closed == (4401, "unauthenticated")
    assert ended.of("entries") == []
    assert other.closed is None


async def test_who_is_somebody_else_now_is_asked_to_come_back(node: Node) -> None:
    mara = person()
    caller = await node.enter(mara)
    node.hub.revoke(
        Revocation(
            workspace_id=WORKSPACE, actor=mara.actor, code="changed", message="Joined.", come_back=True
        )
    )
    bye = await caller.first("bye")
    assert (bye["code"], bye["retry_after"]) == ("changed", 0.0)


async def test_a_revocation_during_sign_in_is_not_slept_through(node: Node) -> None:
    ines = agent()
    node.doorkeeper.while_looking = lambda: node.hub.revoke(
        Revocation(workspace_id=WORKSPACE, session_id=ines.session_id)
    )
    caller = node.connect(ines)
    assert (await caller.first("bye"))["code"] == "unauthenticated"
    assert caller.of("welcome") == []


async def test_a_revocation_during_the_snapshot_is_not_slept_through(node: Node) -> None:
    ines = agent()
    topic = node.journal.open()
    node.journal.write(topic, "private by now")
    caller = await node.enter(ines)
    node.conversations.after_snapshot = lambda: node.hub.revoke(
        Revocation(workspace_id=WORKSPACE, actor=ines.actor, topic=topic, code="forbidden")
    )
    assert (await caller.subscribe(topic))["code"] == "gone"
    node.write(topic, "this too")
    assert b"private by now" not in b"".join(caller.raw)
    assert caller.of("entries") == []


async def test_a_session_is_closed_when_it_expires(node: Node) -> None:
    brief = msgspec.structs.replace(agent(), expires_at=node.clock.now() + timedelta(minutes=5))
    caller = await node.enter(brief)
    node.clock.advance(timedelta(minutes=4))
    node.pass_time(1)
    assert caller.closed is None
    node.clock.advance(timedelta(minutes=1))
    node.pass_time(1)
    assert caller.closed == (4401, "unauthenticated")


async def test_after_a_broken_line_everybody_gets_a_fresh_snapshot(node: Node) -> None:
    topic = node.journal.open()
    caller = await node.enter(agent())
    await caller.subscribe(topic)
    await caller.subscribe("desk")
    node.journal.write(topic, "missed")
    node.hub.recheck()
    await caller.wait(lambda each: len(each.of("subscribed")) == 4)
    assert caller.texts(topic) == ["missed"]
    ids = [(frame["topic"], frame["id"]) for frame in caller.of("subscribed")]
    assert set(ids[:2]) == set(ids[2:])
    node.write(topic, "and on")
    await caller.wait(lambda each: each.texts(topic) == ["missed", "and on"])


async def test_after_a_broken_line_ended_sessions_and_lost_rights_are_found(node: Node) -> None:
    mara, ines = person(), agent()
    topic = node.journal.open(mara.actor)
    customer, colleague = await node.enter(mara), await node.enter(ines)
    await customer.subscribe(topic)
    node.journal.readers[topic].clear()
    node.journal.ended.add(ines.session_id)
    node.hub.recheck()
    assert (await customer.first("revoked"))["code"] == "forbidden"
    assert (await colleague.first("bye"))["code"] == "unauthenticated"


async def test_events_reach_those_they_are_meant_for(node: Node) -> None:
    mara, ines, otto = person(), agent(), agent()
    topic = node.journal.open(mara.actor)
    callers = [await node.enter(session) for session in (mara, ines, otto)]
    for caller in callers:
        await caller.subscribe(topic)
    node.hub.publish(WORKSPACE, topic, "page", {"url": "/bills"}, audience="team", skip=ines.actor)
    node.hub.publish(WORKSPACE, topic, "read", {"seq": 1})
    names = [
        [event["name"] for event in caller.of("event") if event["name"] != "presence"] for caller in callers
    ]
    assert names == [["read"], ["read"], ["page", "read"]]


async def test_typing_is_seen_by_others_and_ends_by_itself(node: Node) -> None:
    mara, ines = person(), agent()
    topic = node.journal.open(mara.actor)
    customer, colleague = await node.enter(mara), await node.enter(ines)
    await customer.subscribe(topic)
    await colleague.subscribe(topic)
    node.hub.typing(mara, topic, True)
    node.hub.typing(mara, topic, True)
    node.pass_time(7)
    events = [event["data"]["on"] for event in colleague.of("event") if event["name"] == "typing"]
    assert events == [True, False]
    assert not [event for event in customer.of("event") if event["name"] == "typing"]


async def test_who_goes_stops_typing(node: Node) -> None:
    mara = person()
    topic = node.journal.open(mara.actor)
    customer, colleague = await node.enter(mara), await node.enter(agent())
    await customer.subscribe(topic)
    await colleague.subscribe(topic)
    node.hub.typing(mara, topic, True)
    customer.client.lost()
    events = [event["data"]["on"] for event in colleague.of("event") if event["name"] == "typing"]
    assert events == [True, False]


async def test_only_who_follows_a_topic_can_type_there(node: Node) -> None:
    mara = person()
    await node.enter(mara)
    with pytest.raises(Forbidden):
        node.hub.typing(mara, node.journal.open(), True)


async def test_the_team_sees_who_looks_on_and_customers_do_not(node: Node) -> None:
    mara, ines, otto = person(), agent(), agent()
    topic = node.journal.open(mara.actor)
    colleague, customer = await node.enter(ines), await node.enter(mara)
    await colleague.subscribe("team")
    await colleague.subscribe(topic)
    await customer.subscribe(topic)
    looking = await node.enter(otto)
    await looking.subscribe(topic)
    assert set(node.hub.company.viewers(WORKSPACE, topic)) == {mara.actor, ines.actor, otto.actor}
    looking.client.lost()
    node.pass_time(4)
    seen = [(event["name"], event["data"]) for event in colleague.of("event") if event["name"] != "summary"]
    him = {"kind": "agent", "id": str(otto.actor.id)}
    assert seen[-4:-2] == [
        ("agent", {"agent_id": him["id"], "online": True}),
        ("presence", {"who": him, "here": True}),
    ]
    assert dict(seen[-2:]) == {
        "agent": {"agent_id": him["id"], "online": False},
        "presence": {"who": him, "here": False},
    }
    assert {event["data"]["who"]["kind"] for event in customer.of("event")} <= {"person"}
    assert not node.hub.company.online(WORKSPACE, otto.actor)


async def test_a_slow_reader_is_cut_and_its_neighbours_are_unharmed() -> None:
    node = Node(MemoryJournal(), MemoryBus(), Limits(outbox_bytes=20_000))
    topic = node.journal.open()
    slow, quick = await node.enter(agent()), await node.enter(agent())
    await slow.subscribe(topic)
    await quick.subscribe(topic)
    slow.stuck = True
    texts = [f"{number} " + "x" * 1000 for number in range(40)]
    for text in texts:
        node.write(topic, text)
    assert slow.closed == (4410, "too_slow")
    slow.stuck = False
    slow.flush()
    assert [frame["type"] for frame in slow.frames[-1:]] == ["bye"]
    assert quick.texts(topic) == texts
    assert quick.closed is None


async def test_the_desk_hears_of_many_changes_at_once(node: Node) -> None:
    topics = [node.journal.open() for _ in range(5)]
    caller = await node.enter(agent())
    await caller.subscribe("desk")
    node.bus.deliver(WORKSPACE, [node.journal.write(topic, "x") for topic in topics])
    await caller.wait(lambda each: len([e for e in each.of("event") if e["name"] == "summary"]) == 5)
    assert node.summaries.asked == [set(topics)]


async def test_changes_without_entries_are_told_too(node: Node) -> None:
    ines, otto = agent(), agent()
    topic = node.journal.open()
    callers = [await node.enter(session) for session in (ines, otto)]
    for caller in callers:
        await caller.subscribe("desk")
    node.summaries.to = [ines.actor]
    node.hub.touch(WORKSPACE, [topic])
    await callers[0].wait(lambda each: [e for e in each.of("event") if e["name"] == "summary"])
    assert not [event for event in callers[1].of("event") if event["name"] == "summary"]


async def test_one_session_holds_only_so_many_connections(node: Node) -> None:
    ines = agent()
    for _ in range(20):
        await node.enter(ines)
    bye = await node.connect(ines).first("bye")
    assert (bye["code"], bye["retry_after"]) == ("too_many", 30)


async def test_stopping_finishes_what_was_asked_and_says_goodbye(node: Node) -> None:
    started, finish = asyncio.Event(), asyncio.Event()

    class Nothing(msgspec.Struct):
        pass

    async def slow(_session: object, _data: Nothing) -> str:
        started.set()
        await finish.wait()
        return "stored"

    node.commands.add("slow", Nothing, slow)
    busy, idle = await node.enter(person()), await node.enter(person())
    busy.say(type="command", id="c", name="slow")
    await started.wait()
    node.hub.retire()
    assert idle.closed == (1012, "restarting")
    assert busy.closed is None
    busy.say(type="ping")
    finish.set()
    bye = await busy.first("bye")
    assert busy.of("done") == [{"type": "done", "id": "c", "data": "stored"}]
    assert 0 <= bye["retry_after"] <= 0.5
    assert busy.of("pong") == []
