"""One client: requests in order, errors as frames, pressure on the reader, the end."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY

from alongside.kit.actors import Actor
from alongside.kit.errors import Conflict, Invalid, TooMany, Unavailable
from alongside.realtime.limits import Limits
from alongside.realtime.memory import MemoryBus
from alongside.realtime.sessions import Session
from tests.realtime.world import Caller, MemoryJournal, Node, agent, person


class Number(msgspec.Struct):
    n: int


class Works:
    """A command that waits until it may go on."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.started = asyncio.Event()
        self.go_on = asyncio.Event()

    async def run(self, _session: Session, data: Number) -> int:
        self.started.set()
        await self.go_on.wait()
        self.done.append(data.n)
        return data.n


@pytest.fixture
def works() -> Works:
    return Works()


@pytest_asyncio.fixture
async def node(works: Works) -> AsyncIterator[Node]:
    node = Node(MemoryJournal(), MemoryBus(), Limits(waiting_requests=10))
    node.commands.add("work", Number, works.run)
    yield node
    await node.hub.stop()


async def test_requests_are_done_one_after_the_other_in_their_order(node: Node, works: Works) -> None:
    caller = await node.enter(agent())
    for n in range(5):
        caller.say(type="command", id=n, name="work", data={"n": n})
    caller.say(type="subscribe", id="s", topic="desk")
    await works.started.wait()
    assert caller.of("done") == []
    works.go_on.set()
    await caller.first("subscribed")
    assert works.done == [0, 1, 2, 3, 4]
    assert [frame["id"] for frame in caller.of("done")] == [0, 1, 2, 3, 4]


async def test_a_ping_is_answered_while_a_command_takes_its_time(node: Node, works: Works) -> None:
    caller = await node.enter(agent())
    caller.say(type="command", id="c", name="work", data={"n": 1})
    await works.started.wait()
    caller.say(type="ping")
    assert caller.of("pong") == [{"type": "pong"}]
    works.go_on.set()
    await caller.first("done")


async def test_who_asks_faster_than_is_answered_is_read_more_slowly(node: Node, works: Works) -> None:
    caller = await node.enter(agent())
    for n in range(12):
        caller.say(type="command", id=n, name="work", data={"n": n})
    assert not caller.reading
    works.go_on.set()
    await caller.first("done", count=12)
    assert caller.reading


@pytest.mark.parametrize(
    ("error", "code", "retry_after", "fields"),
    [
        (Conflict("already_taken", "Otto has it.", "Look at the list."), "already_taken", None, None),
        (TooMany(retry_after=7), "too_many", 7, None),
        (Unavailable(), "unavailable", 2, None),
        (Invalid(fields={"text": "is empty"}), "invalid", None, {"text": "is empty"}),
        (ZeroDivisionError(), "internal", None, None),
    ],
)
async def test_what_goes_wrong_becomes_an_error_frame(
    node: Node, error: Exception, code: str, retry_after: float | None, fields: dict[str, str] | None
) -> None:
    async def fail(_session: Session, _data: Number) -> None:
        raise error

    node.commands.add("fail", Number, fail)
    caller = await node.enter(agent())
    answer = await caller.command("fail", n=1)
    assert (answer["type"], answer["code"]) == ("error", code)
    assert (answer.get("retry_after"), answer.get("fields")) == (retry_after, fields)
    assert answer["message"]
    assert answer["hint"]
    assert caller.closed is None


async def test_the_words_of_an_unforeseen_error_stay_inside(node: Node) -> None:
    async def fail(_session: Session, _data: Number) -> None:
        raise RuntimeError("the password is swordfish")

    node.commands.add("fail", Number, fail)
    caller = await node.enter(agent())
    await caller.command("fail", n=1)
    assert b"swordfish" not in b"".join(caller.raw)


async def test_a_command_that_runs_is_finished_though_its_client_is_gone(node: Node, works: Works) -> None:
    caller = await node.enter(agent())
    for n in (1, 2):
        caller.say(type="command", id=n, name="work", data={"n": n})
    await works.started.wait()
    caller.client.lost()
    works.go_on.set()
    other = await node.enter(agent())
    await other.command("work", n=3)
    assert works.done == [1, 3]
    assert caller.of("done") == []


async def test_nothing_is_done_for_who_was_not_let_in(node: Node, works: Works) -> None:
    works.go_on.set()
    caller = node.connect()
    caller.say(type="hello", protocol=1, token="wrong")
    caller.say(type="command", id="c", name="work", data={"n": 1})
    bye = await caller.first("bye")
    assert bye["code"] == "unauthenticated"
    assert (works.done, caller.of("done"), caller.of("error")) == ([], [], [])


async def test_who_leaves_during_sign_in_is_not_counted(node: Node) -> None:
    ines = agent()
    looked = asyncio.Event()

    def leave() -> None:
        caller.client.lost()
        looked.set()

    node.doorkeeper.while_looking = leave
    caller = node.connect(ines)
    await looked.wait()
    node.doorkeeper.while_looking = lambda: None
    await node.enter(person())
    assert caller.frames == []
    assert not node.hub.company.online(ines.workspace_id, ines.actor)


async def test_signing_in_when_the_database_is_away_is_worth_another_try(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_token: str) -> Session:
        raise Unavailable

    monkeypatch.setattr(node.doorkeeper, "by_token", away)
    bye = await node.connect(agent()).first("bye")
    assert (bye["code"], bye["retry_after"]) == ("unavailable", 2)


async def test_a_cookie_counts_only_from_our_own_pages(node: Node) -> None:
    headers = {"cookie": node.doorkeeper.let_in(agent())}
    own, foreign = Caller(node, headers), Caller(node, headers, own_origin=False)
    for caller in (own, foreign):
        caller.say(type="hello", protocol=1)
    assert (await own.first("welcome"))["you"]["name"] == "Ines"
    assert (await foreign.first("bye"))["code"] == "forbidden"


async def test_commands_are_counted_by_name_and_outcome(node: Node, works: Works) -> None:
    def count(name: str, outcome: str) -> float:
        labels = {"name": name, "outcome": outcome}
        return REGISTRY.get_sample_value("alongside_socket_commands_total", labels) or 0

    works.go_on.set()
    caller = await node.enter(agent())
    before = [count("work", "done"), count("work", "invalid"), count("unknown", "unknown_type")]
    await caller.command("work", n=1)
    await caller.command("work", n="x")
    await caller.command("made up by the client")
    after = [count("work", "done"), count("work", "invalid"), count("unknown", "unknown_type")]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1, 1]


async def test_connections_are_counted_while_they_last(node: Node) -> None:
    def count() -> float:
        return REGISTRY.get_sample_value("alongside_socket_connections", {"audience": "everyone"}) or 0

    before = count()
    caller = await node.enter(person())
    assert count() == before + 1
    caller.client.lost()
    caller.client.lost()
    assert count() == before


async def test_an_actor_is_online_as_long_as_one_connection_is(node: Node) -> None:
    ines = agent()
    actor: Actor = ines.actor
    first, second = await node.enter(ines), await node.enter(ines)
    first.client.lost()
    node.pass_time(10)
    assert node.hub.company.online(ines.workspace_id, actor)
    second.client.lost()
    node.pass_time(10)
    assert not node.hub.company.online(ines.workspace_id, actor)
