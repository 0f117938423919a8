"""Commands with a short way: they wait for nothing before them, and nothing else overtakes them."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from alongside.kit.errors import Conflict
from alongside.realtime.commands import Reply
from alongside.realtime.limits import Limits
from alongside.realtime.memory import MemoryBus
from alongside.realtime.sessions import Session
from tests.realtime.world import Caller, MemoryJournal, Node, agent


class Number(msgspec.Struct):
    n: int


class Post:
    """A command with a short way: the test says when and how each is answered."""

    def __init__(self) -> None:
        self.replies: dict[int, Reply] = {}
        self.ran: list[int] = []

    def submit(self, _session: Session, data: Number, reply: Reply) -> bool:
        self.replies[data.n] = reply
        return data.n < 100

    async def run(self, _session: Session, data: Number) -> int:
        self.ran.append(data.n)
        return data.n

    async def work(self, _session: Session, data: Number) -> int:
        self.ran.append(data.n)
        return data.n


@pytest.fixture
def post() -> Post:
    return Post()


@pytest_asyncio.fixture
async def node(post: Post) -> AsyncIterator[Node]:
    node = Node(MemoryJournal(), MemoryBus(), Limits(waiting_requests=10))
    node.commands.add("post", Number, post.run, submit=post.submit)
    node.commands.add("work", Number, post.work)
    yield node
    await node.hub.stop()


def say(caller: Caller, *numbers: int, name: str = "post") -> None:
    for n in numbers:
        caller.say(type="command", id=n, name=name, data={"n": n})


async def test_submitted_commands_do_not_wait_for_each_other(node: Node, post: Post) -> None:
    caller = await node.enter(agent())
    say(caller, 1, 2)
    assert list(post.replies) == [1, 2]
    post.replies[2].done("b")
    post.replies[1].failed(Conflict())
    assert [(frame["type"], frame["id"]) for frame in caller.frames[-2:]] == [("done", 2), ("error", 1)]


async def test_what_cannot_be_submitted_is_run(node: Node, post: Post) -> None:
    caller = await node.enter(agent())
    say(caller, 100)
    await caller.first("done")
    assert post.ran == [100]


async def test_other_requests_wait_for_what_was_submitted(node: Node, post: Post) -> None:
    caller = await node.enter(agent())
    say(caller, 1)
    say(caller, 7, name="work")
    say(caller, 2)
    await asyncio.sleep(0)
    assert (post.ran, list(post.replies)) == ([], [1])
    post.replies[1].done(1)
    await caller.first("done", count=3)
    assert [frame["id"] for frame in caller.of("done")] == [1, 7, 2]


async def test_what_is_taken_back_is_run_in_its_order_before_what_came_later(node: Node, post: Post) -> None:
    caller = await node.enter(agent())
    say(caller, 1, 2, 3)
    post.replies[1].run_instead()
    say(caller, 4)
    post.replies[2].run_instead()
    assert post.ran == []
    post.replies[3].done(3)
    await caller.first("done", count=4)
    assert post.ran == [1, 2, 4]


async def test_who_submits_faster_than_is_answered_is_read_more_slowly(node: Node, post: Post) -> None:
    caller = await node.enter(agent())
    say(caller, *range(10))
    assert not caller.reading
    for n in range(5):
        post.replies[n].done(n)
    assert caller.reading


async def test_an_answer_after_the_end_is_heard_by_nobody(node: Node, post: Post) -> None:
    caller = await node.enter(agent())
    say(caller, 1, 2)
    caller.client.lost()
    post.replies[1].done(1)
    post.replies[2].run_instead()
    await asyncio.sleep(0)
    assert (caller.of("done"), post.ran) == ([], [])
