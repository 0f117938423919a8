"""What the commands do, in one workspace or in all: each deed in a transaction and audited, as the system's."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec

from alongside.app.listeners import payloads
from alongside.app.reaching import reached
from alongside.jobs import counting, dead
from alongside.jobs.counting import Counts
from alongside.jobs.dead import Letter, Opened, Order, Query
from alongside.kit.actors import SYSTEM
from alongside.kit.clock import SystemClock
from alongside.kit.errors import AlongsideError, NotFound
from alongside.kit.paging import LARGEST_PAGE
from alongside.kit.settings import Settings
from alongside.storage import Connection, Database
from alongside.team import audit

_DEEDS = {"replayed": dead.replay, "discarded": dead.discard}


class Outcome(msgspec.Struct):
    """With which it was done, and with which not and why."""

    done: list[str] = msgspec.field(default_factory=list)
    left: dict[str, str] = msgspec.field(default_factory=dict)


@asynccontextmanager
async def at_desk(settings: Settings, workspace: str | None) -> AsyncIterator["Desk"]:
    """A desk for all workspaces, or for the one of this slug. Raises NotFound if there is none of it."""
    async with reached(settings) as logins, Database(logins, settings) as database:
        yield Desk(database, await _workspaces(database, workspace))


async def _workspaces(database: Database, slug: str | None) -> dict[UUID, str]:
    async with database.read(None) as connection:
        ids = [row[0] for row in await connection.fetch("select workspace_ids()")]
    found = {}
    for workspace_id in ids:
        async with database.read(workspace_id) as connection:
            name = await connection.fetchval(
                "select slug from workspace where workspace_id = $1", workspace_id
            )
        if slug in (None, name):
            found[workspace_id] = str(name)
    if slug and not found:
        raise NotFound(message=f"There is no workspace {slug!r}.", hint="Leave --workspace out to see all.")
    return found


class Desk:
    """Somebody who goes through dead letters."""

    def __init__(self, database: Database, workspaces: dict[UUID, str]) -> None:
        self._database = database
        self._workspaces = workspaces

    async def counts(self) -> dict[str, Counts]:
        """By workspace."""
        found = {}
        for workspace_id, slug in self._workspaces.items():
            async with self._database.read(workspace_id) as connection:
                found[slug] = await counting.counts(connection)
        return found

    async def letters(self, name: str | None, oldest_first: bool, limit: int) -> list[tuple[str, Letter]]:
        """The letters of all workspaces, each with its workspace, in the order of their failing."""
        order: Order = "failed_at" if oldest_first else "-failed_at"
        found = [
            (slug, letter)
            for workspace_id, slug in self._workspaces.items()
            for letter in await self._of(workspace_id, name, order, limit)
        ]
        found.sort(key=lambda each: each[1].failed_at, reverse=not oldest_first)
        return found[:limit]

    async def _of(self, workspace_id: UUID, name: str | None, order: Order, limit: int) -> list[Letter]:
        letters: list[Letter] = []
        cursor = None
        async with self._database.read(workspace_id) as connection:
            while len(letters) < limit:
                query = Query(
                    name=name, sort=order, cursor=cursor, limit=min(LARGEST_PAGE, limit - len(letters))
                )
                page = await dead.listing(connection, query)
                letters += page.items
                if (cursor := page.next_cursor) is None:
                    break
        return letters

    async def open(self, letter_id: str) -> tuple[str, Opened]:
        """One letter, with its workspace. Raises NotFound."""
        workspace_id = await self._where(letter_id)
        async with self._database.read(workspace_id) as connection:
            return self._workspaces[workspace_id], await dead.open_letter(connection, letter_id)

    async def _where(self, letter_id: str) -> UUID:
        for workspace_id in self._workspaces:
            async with self._database.read(workspace_id) as connection:
                try:
                    await dead.open_letter(connection, letter_id)
                except NotFound:
                    continue
            return workspace_id
        raise NotFound(
            message=f"There is no {letter_id} that could not be done.", hint="alongside jobs dead list"
        )

    async def fix(self, letter_id: str, payload: dict[str, Any], replay: bool) -> tuple[str, Opened]:
        """Give it another payload, and perhaps try it at once. Raises NotFound, Invalid, Conflict."""
        workspace_id = await self._where(letter_id)
        async with self._database.transaction(workspace_id) as connection:
            opened = await dead.fix(connection, payloads(), letter_id, payload)
            await _note(connection, workspace_id, "fixed", opened.letter)
            if replay:
                await _note(connection, workspace_id, "replayed", await dead.replay(connection, letter_id))
        return self._workspaces[workspace_id], opened

    async def do(self, deed: str, letter_ids: Sequence[str] | None, name: str | None) -> Outcome:
        """Replay or discard: these, or all of a name, or all. Each for itself: one that cannot is no other's harm."""
        if letter_ids is None:
            letter_ids = [letter.letter_id for _, letter in await self.letters(name, True, 1_000_000)]
        outcome = Outcome()
        for letter_id in letter_ids:
            try:
                await self._do_one(deed, letter_id)
            except AlongsideError as error:
                outcome.left[letter_id] = str(error)
            else:
                outcome.done.append(letter_id)
        return outcome

    async def _do_one(self, deed: str, letter_id: str) -> None:
        workspace_id = await self._where(letter_id)
        async with self._database.transaction(workspace_id) as connection:
            await _note(connection, workspace_id, deed, await _DEEDS[deed](connection, letter_id))


async def _note(connection: Connection, workspace_id: UUID, deed: str, letter: Letter) -> None:
    detail = {"letter": letter.letter_id, "name": letter.name}
    await audit.record(
        connection, workspace_id, SYSTEM, f"job.{deed}", (letter.kind, None), detail, now=SystemClock().now()
    )
