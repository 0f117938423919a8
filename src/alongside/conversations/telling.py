"""Telling: entries that are stored go to this node's hub, and hints of them to the other nodes."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from alongside.conversations.appending import Judged
from alongside.conversations.model import Draft, Entry, topic
from alongside.realtime.bus import Bus, Hints
from alongside.realtime.topics import Batch, Hint
from alongside.storage import Connection

Placed = tuple[UUID, Entry]


def placed(draft: Draft, judged: Judged) -> Placed:
    """A draft as the entry it became, with its conversation."""
    entry = Entry(judged.seq, draft.entry_id, draft.kind, draft.audience, draft.author, judged.at, draft.body)
    return draft.conversation_id, entry


class Teller:
    """One node's voice. Where the bus has a channel, the database has sent the hints as part of the commit."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def tell(self, workspace_id: UUID, stored: Sequence[Placed]) -> None:
        """These were stored by a commit of their own, just now."""
        batches = _batches(stored)
        if not batches:
            return
        self._bus.deliver(workspace_id, batches)
        if not self._bus.channel:
            self._bus.tell(Hints(workspace_id, _hints(batches)))

    async def tell_later(self, connection: Connection, workspace_id: UUID, stored: Sequence[Placed]) -> None:
        """These are stored if this transaction commits, and told then."""
        batches = _batches(stored)
        if not batches:
            return
        if not self._bus.channel:
            await self._bus.hint_in(connection, workspace_id, _hints(batches))
        connection.after_commit(partial(self._bus.deliver, workspace_id, batches))


def _batches(stored: Sequence[Placed]) -> list[Batch]:
    """One batch a conversation: what one commit stores there has neighbouring numbers."""
    entries: dict[UUID, list[Entry]] = {}
    for conversation_id, entry in stored:
        entries.setdefault(conversation_id, []).append(entry)
    return [
        Batch(topic(conversation_id), of_one[0].seq - 1, of_one[-1].seq, of_one)
        for conversation_id, of_one in entries.items()
    ]


def _hints(batches: Sequence[Batch]) -> list[Hint]:
    return [Hint(batch.topic, batch.after + 1, batch.upto) for batch in batches]
