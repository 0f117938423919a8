"""The journal: the one way by which entries are written, alone or within a transaction."""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from alongside.conversations import entry_store
from alongside.conversations.appending import Judged, Written, append_entries, write
from alongside.conversations.group_commit import Answer, Line, Waiting
from alongside.conversations.metrics import COMMIT_SECONDS, count
from alongside.conversations.model import Appended, Draft, Entry
from alongside.conversations.patience import Patience, unavailable
from alongside.conversations.refusals import refusal
from alongside.conversations.telling import Teller, placed
from alongside.kit.errors import AlongsideError
from alongside.kit.logs import logger
from alongside.realtime.bus import Bus
from alongside.storage import Connection, Database

log = logger(__name__)


def appended(judged: Judged) -> Appended:
    """Where a draft landed. Raises what `Journal.append` raises if it was refused."""
    if judged.outcome not in ("stored", "duplicate"):
        raise refusal(judged.outcome)
    return Appended(judged.seq, judged.at, judged.outcome == "duplicate")


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
        self._teller = Teller(bus)
        self._patience = Patience(patience)
        self._longest_line = longest_line
        self._timeout = patience
        self._lines: dict[UUID, Line] = {}

    async def append(self, workspace_id: UUID, draft: Draft) -> Appended:
        """Store a plain message or note; returns when it is durable. What is queued meanwhile shares a commit.

        Raises NotFound, Conflict or Invalid, `Declined` for what needs more than a plain append, and Unavailable if
        the database does not answer in time: the same draft may then be tried again."""
        done: asyncio.Future[Judged] = asyncio.get_running_loop().create_future()
        self.submit(workspace_id, draft, done)
        return appended(await done)

    def submit(self, workspace_id: UUID, draft: Draft, answer: Answer) -> None:
        """The same without waiting: `answer` hears of the outcome (`appended` reads it) when it is durable, or
        gets Unavailable. Raises Invalid at once, or Unavailable if too many wait already."""
        self._line(workspace_id).add(Waiting(write(draft), answer))
        self._patience.watch(answer)

    def _line(self, workspace_id: UUID) -> Line:
        line = self._lines.get(workspace_id)
        if line is None:
            line = self._lines[workspace_id] = Line(
                partial(self._commit, workspace_id),
                partial(self._tell, workspace_id),
                partial(self._lines.pop, workspace_id, None),
            )
        if len(line) >= self._longest_line:
            raise unavailable()
        return line

    async def _commit(self, workspace_id: UUID, batch: Sequence[Waiting]) -> list[Judged]:
        written = [waiting.written for waiting in batch]
        async with self._database.single_statements() as connection:
            judged = await self._store(
                connection, workspace_id, written, trusted=False, timeout=self._timeout
            )
        self._database.bell.ring()
        return judged

    async def _store(
        self,
        connection: Connection,
        workspace_id: UUID,
        written: Sequence[Written],
        *,
        trusted: bool,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> list[Judged]:
        channel, node = self._bus.channel, self._bus.node_id
        with COMMIT_SECONDS.time():
            judged = await append_entries(
                connection,
                workspace_id,
                written,
                channel=channel,
                node=node,
                trusted=trusted,
                timeout=timeout,
            )
        count(judged)
        return judged

    async def _tell(self, workspace_id: UUID, batch: Sequence[Waiting], judged: Sequence[Judged]) -> None:
        pairs = list(zip(batch, judged, strict=True))
        stored = [placed(waiting.written.draft, each) for waiting, each in pairs if each.outcome == "stored"]
        self._teller.tell(workspace_id, stored)
        unsure = [
            (waiting.written.draft.conversation_id, each.seq)
            for waiting, each in pairs
            if each.outcome == "duplicate" and waiting.tried
        ]
        if unsure:
            await self._tell_found(workspace_id, unsure)

    async def _tell_found(self, workspace_id: UUID, places: list[tuple[UUID, int]]) -> None:
        """An earlier try did store these and its answer was lost: nobody here has been told of them."""
        try:
            async with self._database.read(workspace_id) as connection:
                found = await entry_store.at_places(connection, workspace_id, places)
        except AlongsideError as error:
            log.warning("entries_shown_later", code=error.code, entries=len(places))
            return
        for each in found:  # one by one: their numbers need not be neighbours
            self._teller.tell(workspace_id, [each])

    async def record(
        self, connection: Connection, workspace_id: UUID, drafts: Sequence[Draft]
    ) -> list[Entry]:
        """Store entries as part of the caller's transaction, which has applied the rules; gives them numbered,
        or as an earlier try stored them. Everybody is told when, and only if, the transaction commits.

        Raises NotFound without the conversation, Conflict if an id is another author's."""
        written = [write(draft) for draft in drafts]
        judged = await self._store(connection, workspace_id, written, trusted=True)
        pairs = list(zip(drafts, judged, strict=True))
        for _, each in pairs:
            if each.outcome not in ("stored", "duplicate"):
                raise refusal(each.outcome)
        connection.ring_after_commit()
        stored = [placed(draft, each) for draft, each in pairs if each.outcome == "stored"]
        await self._teller.tell_later(connection, workspace_id, stored)
        if len(stored) == len(pairs):
            return [entry for _, entry in stored]
        return await self._as_stored(
            connection, workspace_id, [(draft.conversation_id, each.seq) for draft, each in pairs]
        )

    async def _as_stored(
        self, connection: Connection, workspace_id: UUID, places: list[tuple[UUID, int]]
    ) -> list[Entry]:
        found = {
            (conversation_id, entry.seq): entry
            for conversation_id, entry in await entry_store.at_places(connection, workspace_id, places)
        }
        return [found[place] for place in places]

    async def close(self) -> None:
        """Returns when everything that is waiting now is settled."""
        for line in list(self._lines.values()):
            await line.finished()
