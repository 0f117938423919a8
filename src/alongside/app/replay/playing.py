"""The whole replay: the desk looks on, visitors come at their rate, and at the end all is read back."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from alongside.app.replay.desk import Desk
from alongside.app.replay.door import Door
from alongside.app.replay.failures import Refused
from alongside.app.replay.interrupting import Interrupts
from alongside.app.replay.report import Report, report_of
from alongside.app.replay.script import Script, SignIn
from alongside.app.replay.tally import Tally
from alongside.app.replay.verifying import read_by_visitors, read_in_desk
from alongside.app.replay.visitor import Visitor
from alongside.kit.errors import Forbidden


async def play(script: Script, tally: Tally) -> Report:
    """Play a script, and say what became of it; `tally` shows how far it is. Ctrl-C goes on to reading back what
    was asked so far, a second one ends that too.

    Raises Unavailable if nobody answers, NotFound without the workspace, Forbidden if the agent may not sign in."""
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        interrupts = Interrupts()
        door = Door(script.url, script.workspace, tally.waits, script.patience)
        await stack.enter_async_context(door)
        await door.look()
        desk = await stack.enter_async_context(_desk(door, tally, script))
        await interrupts.run(_act(door, tally, script, desk))
        seconds = time.monotonic() - began
        await interrupts.run(_read_back(door, tally, script, desk))
    return report_of(tally, seconds, by_desk=desk is not None, interrupted=interrupts.rung > 0)


@asynccontextmanager
async def _desk(door: Door, tally: Tally, script: Script) -> AsyncIterator[Desk | None]:
    if script.sign_in is None:
        yield None
        return
    async with (
        _signed_in(door, script.sign_in, max(1, script.agents)) as tokens,
        Desk(door, tally, script, tokens) as desk,
    ):
        yield desk


@asynccontextmanager
async def _signed_in(door: Door, sign_in: SignIn, sessions: int) -> AsyncIterator[list[str]]:
    tokens: list[str] = []
    try:
        while len(tokens) < sessions:
            tokens.append(await _token(door, sign_in))
        yield tokens
    finally:
        for token in tokens:
            await door.sign_out(token)


async def _token(door: Door, sign_in: SignIn) -> str:
    try:
        return await door.sign_in(sign_in.email, sign_in.password)
    except Refused as refused:
        raise Forbidden(message=f"The agent cannot sign in: {refused.message}") from refused


async def _act(door: Door, tally: Tally, script: Script, desk: Desk | None) -> None:
    room = asyncio.Semaphore(script.concurrency)
    began = time.monotonic()
    async with asyncio.TaskGroup() as visits:
        for number, question in enumerate(script.questions):
            if script.rate:
                await asyncio.sleep(began + number / script.rate - time.monotonic())
            await room.acquire()
            visitor = Visitor(door, tally, script, tally.begin(question))
            visits.create_task(visitor.visit()).add_done_callback(lambda _: room.release())
    if desk is not None:
        await desk.settle()


async def _read_back(door: Door, tally: Tally, script: Script, desk: Desk | None) -> None:
    if desk is None:
        await read_by_visitors(door, tally, script.patience)
    else:
        await read_in_desk(door, tally, desk.token)
