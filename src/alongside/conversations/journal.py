"""The journal: the one way by which entries are written, alone or within a transaction."""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from alongside.conversations import entry_store
from alongside.conversations.appending import Judged, append_entries, write
from alongside.conversations.group_commit import Line, Waiting
from alongside.conversations.model import Appended, Draft, Entry, topic
from alongside.conversations.refusals import refusal
from alongside.kit.errors import AlongsideError, Unavailable
from alongside.kit.logs import logger
from alongside.realtime.bus import Bus, Hints
from alongside.realtime.topics import Batch, Hint
from alongside.storage import Connection, Database

log = logger(__name__)
Placed = tuple[UUID, Entry]


class Journal:
    """One node's pen. `append` commits in groups; `record` is part of the caller's transaction.

    Both tell the other nodes inside the commit and this node's hub after it. `patience`: seconds that `append`
    waits for the database before it gives up. `longest_line`: drafts of a workspace that may be waiting.
    """

    def __init__(
        self, database: Database, bus: Bus, *, patience: float = 10.0, longest_line: int = 20_000
    ) -> None:
        self._database = database
        self._bus = bus
        self._patience = patience
        self._longest_line = longest_line
        self._lines: dict[UUID, Line] = {}

    async def append(self, workspace_id: UUID, draft: Draft) -> Appended:
        """Store a plain message or note; returns when it is durable. What is queued meanwhile shares a commit.

        Raises NotFound, Forbidden or Conflict as `refusals` says, `Declined` for what needs more than a plain
        append, and Unavailable if the database does not answer in time: the same draft may then be tried again."""
        waiting = Waiting(write(draft), asyncio.get_running_loop().create_future())
        self._line(workspace_id).add(waiting)
        try:
            async with asyncio.timeout(self._patience):
                judged = await waiting.done
        except TimeoutError:
            raise _unavailable() from None
        if judged.outcome not in ("stored", "duplicate"):
            raise refusal(judged.outcome)
        return Appended(judged.seq, judged.at, judged.outcome == "duplicate")

    def _line(self, workspace_id: UUID) -> Line:
        line = self._lines.get(workspace_id)
        if line is None:
            line = self._lines[workspace_id] = Line(
                partial(self._commit, workspace_id),
                partial(self._publish_batch, workspace_id),
                partial(self._lines.pop, workspace_id, None),
            )
        if len(line) >= self._longest_line:
            raise _unavailable()
        return line

    async def _commit(self, workspace_id: UUID, batch: Sequence[Waiting]) -> list[Judged]:
        written = [waiting.written for waiting in batch]
        async with self._database.single_statements() as connection:
            return await append_entries(
                connection,
                workspace_id,
                written,
                channel=self._bus.channel,
                node=self._bus.node_id,
                trusted=False,
            )

    async def _publish_batch(
        self, workspace_id: UUID, batch: Sequence[Waiting], judged: Sequence[Judged]
    ) -> None:
        pairs = list(zip(batch, judged, strict=True))
        stored = [_placed(waiting.written.draft, each) for waiting, each in pairs if each.outcome == "stored"]
        unsure = [
            (waiting.written.draft.conversation_id, each.seq)
            for waiting, each in pairs
            if each.outcome == "duplicate" and waiting.tried
        ]
        self._publish(workspace_id, stored, tell=not self._bus.channel)
        if unsure:
            await self._publish_found(workspace_id, unsure)

    async def _publish_found(self, workspace_id: UUID, places: list[tuple[UUID, int]]) -> None:
        """An earlier try did store these and its answer was lost: nobody here has been told of them."""
        try:
            async with self._database.read(workspace_id) as connection:
                found = await entry_store.at_places(connection, workspace_id, places)
        except AlongsideError as error:
            log.warning("entries stored by an unanswered commit are shown later", code=error.code)
            return
        for placed in found:
            self._publish(workspace_id, [placed], tell=not self._bus.channel)

    async def record(
        self, connection: Connection, workspace_id: UUID, drafts: Sequence[Draft]
    ) -> list[Entry]:
        """Store entries as part of the caller's transaction, which has applied the rules; gives them numbered,
        or as an earlier try stored them. Everybody is told when, and only if, the transaction commits.

        Raises NotFound without the conversation, Conflict if an id is another author's."""
        judged = await append_entries(
            connection,
            workspace_id,
            [write(draft) for draft in drafts],
            channel=self._bus.channel,
            node=self._bus.node_id,
            trusted=True,
        )
        for each in judged:
            if each.outcome not in ("stored", "duplicate"):
                raise refusal(each.outcome)
        await self._publish_later(connection, workspace_id, drafts, judged)
        return await self._recorded(connection, workspace_id, drafts, judged)

    async def _publish_later(
        self, connection: Connection, workspace_id: UUID, drafts: Sequence[Draft], judged: Sequence[Judged]
    ) -> None:
        stored = [
            _placed(draft, each)
            for draft, each in zip(drafts, judged, strict=True)
            if each.outcome == "stored"
        ]
        if not self._bus.channel:
            await self._bus.hint_in(connection, workspace_id, _hints(_batches(stored)))
        connection.after_commit(partial(self._publish, workspace_id, stored, tell=False))

    async def _recorded(
        self, connection: Connection, workspace_id: UUID, drafts: Sequence[Draft], judged: Sequence[Judged]
    ) -> list[Entry]:
        if all(each.outcome == "stored" for each in judged):
            return [_placed(draft, each)[1] for draft, each in zip(drafts, judged, strict=True)]
        places = [(draft.conversation_id, each.seq) for draft, each in zip(drafts, judged, strict=True)]
        found = {
            (conversation_id, entry.seq): entry
            for conversation_id, entry in await entry_store.at_places(connection, workspace_id, places)
        }
        return [found[place] for place in places]

    def _publish(self, workspace_id: UUID, stored: Sequence[Placed], *, tell: bool) -> None:
        """Give entries to this node's hub, and hints to other nodes if the commit has not done so."""
        if not stored:
            return
        batches = _batches(stored)
        self._bus.deliver(workspace_id, batches)
        if tell:
            self._bus.tell(Hints(workspace_id, _hints(batches)))

    async def close(self) -> None:
        """Returns when everything that is waiting now is settled."""
        for line in list(self._lines.values()):
            await line.finished()


def _placed(draft: Draft, judged: Judged) -> Placed:
    entry = Entry(judged.seq, draft.entry_id, draft.kind, draft.audience, draft.author, judged.at, draft.body)
    return draft.conversation_id, entry


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


def _unavailable() -> Unavailable:
    return Unavailable(
        message="The message could not be stored just now.",
        hint="Send it again with the same id in a moment.",
    )
