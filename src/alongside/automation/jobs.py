"""The jobs of this room: shells around what the concierge does."""

from uuid import UUID

import msgspec

from alongside.automation.concierge.attending import attend
from alongside.conversations.journal import Journal
from alongside.conversations.model import topic
from alongside.jobs import Job, Retries, Running, job
from alongside.kit.actors import CONCIERGE
from alongside.realtime.bus import Bus, Happening

ATTEND = "concierge_attend"
_THINKS_AT_MOST = 3


class Attend(msgspec.Struct, frozen=True):
    """Look whether it is the concierge's turn in a conversation."""

    conversation_id: UUID


def jobs(journal: Journal, bus: Bus) -> list[Job]:
    """The concierge's jobs, for the worker."""

    @job(ATTEND, Attend, Retries(attempts=8))
    async def concierge_attend(running: Running, wanted: Attend) -> None:
        name = topic(wanted.conversation_id)
        bus.broadcast(running.workspace_id, name, _typing(on=True))
        try:
            async with running.transaction() as connection:
                ailing = running.attempt > _THINKS_AT_MOST
                await attend(connection, journal, running.workspace_id, wanted.conversation_id, ailing=ailing)
        finally:
            bus.broadcast(running.workspace_id, name, _typing(on=False))

    return [concierge_attend]


def _typing(*, on: bool) -> Happening:
    who = {"kind": CONCIERGE.kind, "id": CONCIERGE.id}
    return Happening(name="typing", data={"who": who, "on": on})
