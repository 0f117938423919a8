"""Afterwards everything is read back, by other ways than it went in."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from alongside.app.replay.caller import Caller
from alongside.app.replay.door import Door
from alongside.app.replay.failures import Refused
from alongside.app.replay.tally import Fate, Tally
from alongside.app.replay.transcript import Line, lines_of
from alongside.conversations.model import topic
from alongside.realtime import frames

_AT_ONCE = 8
Read = Callable[[Fate], Awaitable[list[Line]]]


async def read_in_desk(door: Door, tally: Tally, token: str) -> None:
    """Look for each conversation in the desk's list, and read each transcript, as an agent does."""
    try:
        await _look_through_the_list(door, tally, token)
    except Refused as refused:
        tally.trouble("reading the desk's list", refused)
    await _read_all(tally, lambda fate: door.transcript(token, fate.conversation_id))


async def _look_through_the_list(door: Door, tally: Tally, token: str) -> None:
    """Newest conversation first, until all are found."""
    missing = {fate.conversation_id for fate in tally.fates.values() if fate.receipts}
    async with aclosing(door.conversations(token, view="all", sort="created")) as listed:
        async for conversation_id in listed:
            if conversation_id in missing:
                missing.remove(conversation_id)
                tally.fates[conversation_id].listed = True
            if not missing:
                return


async def read_by_visitors(door: Door, tally: Tally, patience: float) -> None:
    """Have each visitor come back and subscribe to their conversation from its beginning."""

    async def read(fate: Fate) -> list[Line]:
        fate.listed = True
        return await _resubscribed(door, tally, patience, fate)

    await _read_all(tally, read)


async def _resubscribed(door: Door, tally: Tally, patience: float, fate: Fate) -> list[Line]:
    lines: list[Line] = []

    def hear(frame: frames.AnyServerFrame) -> None:
        if isinstance(frame, frames.Subscribed):
            lines[:] = lines_of(frame.entries)

    async with Caller(door.url, fate.token, tally.waits, patience, hear) as caller:
        await caller.follow(topic(fate.conversation_id), 0)
    return lines


async def _read_all(tally: Tally, read: Read) -> None:
    room = asyncio.Semaphore(_AT_ONCE)

    async def read_one(fate: Fate) -> None:
        async with room:
            try:
                fate.transcript = await read(fate)
            except Refused as refused:
                if refused.code == "not_found":
                    fate.transcript = []
                else:
                    tally.trouble("reading back", refused)
            tally.read_back += 1

    async with asyncio.TaskGroup() as reading:
        for fate in tally.fates.values():
            if fate.sent_at is not None:
                reading.create_task(read_one(fate))
