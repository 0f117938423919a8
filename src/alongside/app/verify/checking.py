"""Runs the checks: first of the whole database, then of each workspace, one after the other."""

import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from alongside.app.verify import catalogue, contents, journal, references, rows
from alongside.app.verify.check import Check, Flaw, Verdict
from alongside.kit.errors import NotFound
from alongside.kit.settings import Settings
from alongside.storage import Connection, FileStore, Logins
from alongside.storage.pools import single_connection

Progress = Callable[[str, int, int], None]
_WORKING_MEMORY = "64MB"  # of PostgreSQL, for each sort or table of sums; more than that goes to its disk


async def verify(
    settings: Settings,
    logins: Logins,
    progress: Progress,
    *,
    workspace: str | None = None,
    files: FileStore | None = None,
    patience: timedelta = timedelta(minutes=10),
) -> Verdict:
    """Hold a database to its promises, as the server's role: all workspaces, or the one of this slug. With `files`
    their content is read too. `patience`: how long a fact may wait to be told. Raises NotFound for a workspace that
    is not there."""
    async with single_connection(logins.server, settings) as connection:
        await connection.execute(f"set work_mem = '{_WORKING_MEMORY}'")
        await connection.execute(f"set alongside.patience = '{patience.total_seconds()} seconds'")
        watch = _Watch(progress)
        flaws = [flaw async for flaw in catalogue.flaws(connection)]
        checks = [*journal.CHECKS, *rows.CHECKS, *await references.checks(connection)]
        chosen = await _workspaces(connection, workspace)
        watch.expect(len(checks) * len(chosen))
        for workspace_id in chosen:
            flaws += await _verify_workspace(connection, workspace_id, checks, files, watch)
    return Verdict(len(chosen), flaws, watch.seconds)


async def _workspaces(connection: Connection, slug: str | None) -> list[UUID]:
    if slug is None:
        return [row[0] for row in await connection.fetch("select workspace_ids()")]
    found: UUID | None = await connection.fetchval("select workspace_by_slug($1)", slug)
    if found is None:
        raise NotFound(message=f"There is no workspace {slug!r}.", hint="Leave --workspace out to see all.")
    return [found]


async def _verify_workspace(
    connection: Connection,
    workspace_id: UUID,
    checks: Iterable[Check],
    files: FileStore | None,
    watch: "_Watch",
) -> list[Flaw]:
    async with _snapshot(connection, workspace_id):
        slug = str(
            await connection.fetchval("select slug from workspace where workspace_id = $1", workspace_id)
        )
        flaws: list[Flaw] = []
        for check in checks:
            with_time = watch.begin(check.title)
            flaws += await _run(connection, workspace_id, slug, check)
            with_time()
        if files:
            flaws += await contents.flaws(connection, files, workspace_id, slug, watch.progress)
    return flaws


@asynccontextmanager
async def _snapshot(connection: Connection, workspace_id: UUID) -> AsyncIterator[None]:
    await connection.begin(workspace_id, " isolation level repeatable read read only")
    try:
        yield
    finally:
        await connection.execute("rollback")


async def _run(connection: Connection, workspace_id: UUID, slug: str, check: Check) -> list[Flaw]:
    """A cursor: what is wrong may be millions of rows, and only the first few are kept."""
    found: dict[str, Flaw] = {}
    async for row in connection.cursor(check.sql, workspace_id, prefetch=1000):
        name = row["name"]
        found.setdefault(name, Flaw(name, check.wrong[name], slug)).add(row["subject"])
    return list(found.values())


class _Watch:
    """How far it is, and how long each thing took."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}
        self._done = 0
        self._expected = 0

    def expect(self, checks: int) -> None:
        """How many there will be."""
        self._expected = checks

    def begin(self, title: str) -> Callable[[], None]:
        """Say what is looked at; gives what is to be called at its end."""
        began = time.monotonic()

        def end() -> None:
            self._done += 1
            self.seconds[title] = self.seconds.get(title, 0.0) + time.monotonic() - began
            self.progress("checking", self._done, self._expected)

        return end
