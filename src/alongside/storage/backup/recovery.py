"""PostgreSQL's own way back: a copied cluster and the log since, replayed up to a moment."""

import asyncio
import re
import shlex
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alongside.kit.errors import Conflict, Misconfigured
from alongside.storage.backup.copying import Progress
from alongside.storage.embedded.account import Account
from alongside.storage.embedded.binaries import Binaries
from alongside.storage.embedded.options import server_arguments
from alongside.storage.embedded.places import Places
from alongside.storage.embedded.process import PostgresProcess

_LAST = re.compile(r"last completed transaction was at log time (\S+ \S+)")
_TOO_FAR = "recovery ended before configured recovery target was reached"
_CONNECTIONS = 120
_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Recovery:
    """What to replay: the log's folder, the moment to stop at (None: the end), whether the result archives."""

    binaries: Binaries
    places: Places
    account: Account
    log: Path
    to: datetime | None
    archiving: bool

    async def run(self, segments: int, progress: Progress) -> PostgresProcess:
        """Replay; gives the running PostgreSQL once it has reached the moment and takes connections.

        Raises Conflict when the log ends before that moment, Misconfigured with PostgreSQL's words otherwise."""
        (self.places.cluster / "recovery.signal").touch()
        self.account.own(self.places.cluster / "recovery.signal", 0o600)
        watching = asyncio.create_task(self._watch(segments, progress))
        try:
            return await PostgresProcess.start(self.binaries, self.places, self.account, self._arguments())
        except Misconfigured as error:
            if _TOO_FAR not in self._said():
                raise
            raise Conflict(
                "too_late",
                f"The archived log ends before {self.to}; its last transaction is of {self.last_transaction()}.",
                "Restore with --to latest, or to an earlier moment.",
            ) from error
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    def _arguments(self) -> list[str]:
        arguments = server_arguments(self.places, _CONNECTIONS, archiving=self.archiving)
        options = {
            "restore_command": self._fetching(),
            "recovery_target_timeline": "latest",
            "recovery_target_action": "promote",
            "hot_standby": "off",
        }
        if self.to:
            options["recovery_target_time"] = self.to.astimezone(UTC).isoformat(" ")
        for name, value in options.items():
            arguments += ["-c", f"{name}={value}"]
        return arguments

    def _fetching(self) -> str:
        """Copies a segment for PostgreSQL, and notes which, so that one sees how far it is."""
        folder = shlex.quote(str(self.log)).replace("%", "%%")
        return f'cp {folder}/%f "%p" && echo %f > {folder}/.last'

    async def _watch(self, segments: int, progress: Progress) -> None:
        names = sorted(path.name for path in self.log.iterdir())
        while True:
            with suppress(FileNotFoundError, ValueError):
                last = (self.log / ".last").read_text("ascii").strip()
                progress("replaying the log", names.index(last) + 1, segments)
            await asyncio.sleep(_LOOK_SECONDS)

    def last_transaction(self) -> datetime | None:
        """When the last transaction that was replayed had been committed; None if none was."""
        found = _LAST.findall(self._said())
        if not found:
            return None
        return datetime.strptime(found[-1].removesuffix("+00"), "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)

    def _said(self) -> str:
        logs = sorted(self.places.cluster.glob("log/*.log"), key=lambda path: path.stat().st_mtime)
        return "".join(path.read_text("utf-8", "replace") for path in [self.places.startup_log, *logs[-2:]])
