"""A customer with one question, from the first visit to the answer."""

import asyncio
import time
from collections.abc import Callable

from alongside.app.replay.caller import Caller
from alongside.app.replay.door import Door
from alongside.app.replay.failures import Refused
from alongside.app.replay.script import Script
from alongside.app.replay.tally import AGENT, CONCIERGE, CUSTOMER, Fate, Receipt, Tally
from alongside.app.replay.transcript import Line, lines_of
from alongside.app.replay.verdict import answered_by, was_handed_over
from alongside.conversations.model import topic
from alongside.kit.ids import uuid7
from alongside.realtime import frames


class Visitor:
    """Asks on a new device, looks at what is answered, and asks for a human if the script says so."""

    def __init__(self, door: Door, tally: Tally, script: Script, fate: Fate) -> None:
        self._door = door
        self._tally = tally
        self._script = script
        self._fate = fate
        self._lines: dict[int, Line] = {}
        self._news = asyncio.Event()

    async def visit(self) -> None:
        """The whole visit. What the server refuses is written down, and ends it."""
        try:
            self._fate.token = await self._door.register()
            await self._talk()
        except Refused as refused:
            if self._fate.acknowledged_at is None:
                self._fate.failure = refused.code
            self._tally.trouble("visitor", refused)

    async def _talk(self) -> None:
        waits, script = self._tally.waits, self._script
        async with Caller(self._door.url, self._fate.token, waits, script.patience, self._hear) as caller:
            try:
                await self._ask(caller)
                await self._hear_the_answer(caller)
            finally:
                self._tally.losses += caller.losses

    async def _ask(self, caller: Caller) -> None:
        fate = self._fate
        await caller.ready()
        fate.sent_at = time.monotonic()
        question = {"conversation_id": fate.conversation_id, "entry_id": fate.entry_id, "text": fate.text}
        done = await caller.command("start", question)
        fate.acknowledged(done["seq"], time.monotonic())

    async def _hear_the_answer(self, caller: Caller) -> None:
        await caller.follow(topic(self._fate.conversation_id), 0)
        await self._until(_somebody_reacted)
        if self._script.ask_human and not was_handed_over(self._journal()):
            await self._ask_human(caller)
        if self._script.agents and was_handed_over(self._journal()):
            await self._until(_an_agent_answered)

    async def _ask_human(self, caller: Caller) -> None:
        entry_id = uuid7()
        wish = {"conversation_id": self._fate.conversation_id, "entry_id": entry_id}
        done = await caller.command("ask_human", wish)
        receipt = Receipt(entry_id, done["seq"], CUSTOMER, vague=done["duplicate"])
        self._fate.receipts.append(receipt)
        await self._until(was_handed_over)

    async def _until(self, happened: Callable[[list[Line]], bool]) -> None:
        """Wait until the conversation says so, or until a customer would give up waiting."""
        try:
            async with asyncio.timeout(self._script.answer_patience):
                while not happened(self._journal()):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            self._tally.troubles["visitor: waited in vain for an answer"] += 1

    def _journal(self) -> list[Line]:
        return [self._lines[seq] for seq in sorted(self._lines)]

    def _hear(self, frame: frames.AnyServerFrame) -> None:
        if isinstance(frame, frames.Subscribed | frames.Entries):
            self._lines |= {line.seq: line for line in lines_of(frame.entries)}
            if not self._script.sign_in:
                self._fate.seen(frame.upto, time.monotonic())
            self._news.set()


def _somebody_reacted(journal: list[Line]) -> bool:
    return answered_by(journal, CONCIERGE, AGENT) or was_handed_over(journal)


def _an_agent_answered(journal: list[Line]) -> bool:
    return answered_by(journal, AGENT)
