"""A scripted agent: takes what waits in the queue, and answers it."""

import asyncio
from uuid import UUID

from alongside.app.replay.caller import Caller
from alongside.app.replay.failures import Refused
from alongside.app.replay.tally import AGENT, Receipt, Tally
from alongside.kit.ids import uuid7

ANSWER = "Thank you for your question. I have read everything and am looking into it for you."


class ScriptedAgent:
    """One agent at one desk socket."""

    def __init__(self, caller: Caller, tally: Tally) -> None:
        self._caller = caller
        self._tally = tally

    async def work(self, queue: "asyncio.Queue[UUID]") -> None:
        """Take one conversation after the other, until told to stop."""
        async with self._caller:
            while True:
                conversation_id = await queue.get()
                try:
                    await self._serve(conversation_id)
                except Refused as refused:  # a colleague was faster, say
                    self._tally.trouble("agent", refused)
                finally:
                    queue.task_done()

    async def _serve(self, conversation_id: UUID) -> None:
        await self._do("accept", conversation_id)
        self._tally.accepted += 1
        await self._do("send", conversation_id, ANSWER)
        self._tally.answered += 1

    async def _do(self, name: str, conversation_id: UUID, text: str | None = None) -> None:
        entry_id = uuid7()
        data = {"conversation_id": conversation_id, "entry_id": entry_id}
        done = await self._caller.command(name, data if text is None else {**data, "text": text})
        vague = done["duplicate"] and text is None
        receipt = Receipt(entry_id, done["seq"], AGENT, text, vague)
        self._tally.fates[conversation_id].receipts.append(receipt)
