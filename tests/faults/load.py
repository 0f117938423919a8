"""People talking while things go wrong: visitors with their agents and watchers, at a rate, over real sockets."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx

from tests.faults.diary import Diary
from tests.faults.inviting import Invited, Inviting
from tests.faults.screen import Screen
from tests.faults.stand import Stand

_TURN = 0.005
_WEB_EVERY = 0.25
AGENT_TOPICS = 150


@dataclass(frozen=True)
class Shape:
    """How many talk, and how much. Of the conversations `watched` have two more screens each: the visitor's second
    tab, and an agent who answers in them, too. `rate`: messages a second of all; `window`: how many one may have
    unanswered before they stop writing. `looking`: somebody also asks for the desk's list over HTTP. `new_id` makes
    the ids of messages."""

    conversations: int = 40
    watched: int = 10
    rate: float = 200.0
    window: int = 20
    agents_share: float = 0.1
    text: str = "My bill for October looks twice as high as usual."
    looking: bool = True
    new_id: Callable[[], UUID] = uuid4


@dataclass
class Load:
    """The screens of a run. `visitors` write into their own conversation, `agents` into those they follow;
    a `crowd` only looks on."""

    stand: Stand
    shape: Shape
    invited: list[Invited]
    session: str
    diary: Diary = field(default_factory=Diary)
    visitors: list[Screen] = field(default_factory=list)
    tabs: list[Screen] = field(default_factory=list)
    agents: list[Screen] = field(default_factory=list)
    crowd: list[Screen] = field(default_factory=list)
    paused: bool = False
    _tasks: "list[asyncio.Task[None]]" = field(default_factory=list)

    @property
    def screens(self) -> list[Screen]:
        """All of them."""
        return [*self.visitors, *self.tabs, *self.agents, *self.crowd]

    @property
    def written(self) -> int:
        """Messages that were written, acknowledged or not."""
        return len(self.diary.acknowledged) + sum(len(screen.pending) for screen in self.screens)

    async def begin(self) -> None:
        """Open every screen, and begin to write once all are there."""
        self._place_screens()
        for screen in self.screens:
            screen.open()
        async with asyncio.timeout(60):
            for screen in self.screens:
                await screen.welcomed.wait()
        self._tasks = [asyncio.create_task(self._write_on()), asyncio.create_task(self._tick_on())]
        if self.shape.looking:
            self._tasks.append(asyncio.create_task(self._look_on()))

    def _place_screens(self) -> None:
        url, diary = self.stand.url, self.diary
        for number, who in enumerate(self.invited):
            self.visitors.append(Screen(url, f"visitor {number}", who.token, [who.topic, "mine"], diary))
        watched = self.invited[: self.shape.watched]
        self.tabs = [
            Screen(url, f"tab {number}", who.token, [who.topic], diary) for number, who in enumerate(watched)
        ]
        topics = [who.topic for who in watched]
        parts = [topics[at : at + AGENT_TOPICS] for at in range(0, len(topics), AGENT_TOPICS)] or [[]]
        for number, part in enumerate(parts):
            self.agents.append(Screen(url, f"agent {number}", self.session, [*part, "desk"], diary))

    async def _write_on(self) -> None:
        """Keep the pace; who has too much unanswered is passed over, and what was missed is not made up for."""
        writers = itertools.cycle(self._writers())
        due = time.monotonic()
        while True:
            now = time.monotonic()
            due = max(due, now - 0.1)
            while due <= now:
                due += 1 / self.shape.rate
                if not self.paused:
                    self._write_one(*next(writers))
            await asyncio.sleep(_TURN)

    def _writers(self) -> list[tuple[Screen, str]]:
        """Who writes where, in turn: so many agents' turns among the visitors'."""
        visitors = [(screen, who.id) for screen, who in zip(self.visitors, self.invited, strict=True)]
        answers = [
            (screen, topic.partition(":")[2])
            for screen in self.agents
            for topic in screen.replicas
            if topic != "desk"
        ]
        if not answers or not self.shape.agents_share:
            return visitors
        every = max(1, round(1 / self.shape.agents_share))
        endless = itertools.cycle(answers)
        many = visitors * max(1, -(-len(answers) * every // len(visitors)))
        return [
            turn
            for number, each in enumerate(many)
            for turn in ([each, next(endless)] if number % every == 0 else [each])
        ]

    def _write_one(self, screen: Screen, conversation_id: str) -> None:
        if len(screen.pending) >= self.shape.window:
            self.diary.skipped += 1
        else:
            screen.write(conversation_id, str(self.shape.new_id()), self.shape.text)

    async def _tick_on(self) -> None:
        while True:
            for screen in self.screens:
                screen.tick()
            await asyncio.sleep(1)

    async def _look_on(self) -> None:
        """A page that asks over HTTP again and again, each time on a new connection."""
        while True:
            self.diary.web_requests += 1
            failure = await looked(self.stand.url, self.session)
            if failure:
                self.diary.web_failures.append(failure)
            await asyncio.sleep(_WEB_EVERY)

    async def until_acknowledged(self, more: int, seconds: float = 60) -> None:
        """Wait until so many more messages were acknowledged."""
        wanted = len(self.diary.acknowledged) + more
        await until(lambda: len(self.diary.acknowledged) >= wanted, seconds)

    async def settle(self, seconds: float = 60) -> bool:
        """Write no more, and wait until all is acknowledged and shown; False if it does not come to that."""
        self.paused = True
        try:
            await until(lambda: not any(screen.pending for screen in self.screens), seconds)
            await until(self._all_shown, seconds)
        except TimeoutError:
            return False
        return True

    def _all_shown(self) -> bool:
        heads = heads_of(self.diary)
        return all(
            (replica.upto or 0) >= heads.get(topic.partition(":")[2], 0)
            for screen in self.screens
            for topic, replica in screen.replicas.items()
        )

    async def end(self) -> None:
        """Everybody goes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(screen.close() for screen in self.screens))


def heads_of(diary: Diary) -> dict[str, int]:
    """The highest acknowledged number of each conversation."""
    heads: dict[str, int] = {}
    for each in diary.acknowledged:
        heads[each.conversation_id] = max(each.seq, heads.get(each.conversation_id, 0))
    return heads


async def until(true: Callable[[], bool], seconds: float) -> None:
    """Wait until something is so; TimeoutError if that takes too long."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - it becomes so in other processes
            await asyncio.sleep(0.02)


async def looked(url: str, session: str) -> str:
    """Ask for the desk's list; gives what went wrong, or nothing."""
    headers = {"Cookie": f"alongside_session={session}", "Connection": "close"}
    try:
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
            answer = await client.get("/api/conversations", params={"limit": "10"})
    except httpx.TransportError as error:
        return type(error).__name__
    return "" if answer.is_success else f"{answer.status_code} {answer.json().get('code', '')}"


@asynccontextmanager
async def talking(stand: Stand, shape: Shape) -> AsyncIterator[Load]:
    """People who have begun to talk, until the end of the block."""
    async with Inviting(stand.url) as inviting:
        load = Load(stand, shape, await inviting.invite(shape.conversations), inviting.session)
    try:
        await load.begin()
        yield load
    finally:
        await load.end()
