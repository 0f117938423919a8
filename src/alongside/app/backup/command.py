"""The commands: make, list, check and prune backups, and restore one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from alongside.app.backup.progress import shown
from alongside.kit.errors import Invalid, Misconfigured, Unavailable
from alongside.kit.logs import configure_logs
from alongside.kit.secrets import load_keys
from alongside.kit.settings import Settings, load_settings, revealed
from alongside.storage.backup import Manifest, all_backups, create, open_place
from alongside.storage.backup.archive import WAL
from alongside.storage.backup.checking import check, reach
from alongside.storage.backup.copying import Source, running_source
from alongside.storage.backup.creating import key_fits
from alongside.storage.backup.manifest import read
from alongside.storage.backup.pruning import prune as prune_place
from alongside.storage.backup.restoring import Restored
from alongside.storage.backup.restoring import restore as restore_backup
from alongside.storage.embedded import EmbeddedPostgres

backup = typer.Typer(
    help="Make, list, check and prune backups of the embedded database and the files.", no_args_is_help=True
)
out = Console(highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of words for people.")]
DataDir = Annotated[Path | None, typer.Option("--data", help="Folder for the database, files and key.")]
PlaceName = Annotated[
    str,
    typer.Option(
        "--place", help="Folder or s3://bucket/prefix of the backups; ALONGSIDE_BACKUP_TO otherwise."
    ),
]


@backup.command("create")
def create_command(data: DataDir = None, place: PlaceName = "", as_json: AsJson = False) -> None:
    """Make a backup now, whether or not the server runs; it goes on serving."""
    made = asyncio.run(_create(_settings(data), place))
    _print(made, as_json, lambda: _tell_of(made))


async def _create(settings: Settings, place: str) -> Manifest:
    async with _running(settings) as source:
        with shown() as report:
            try:
                return await asyncio.to_thread(create, settings, open_place(settings, place), source, report)
            finally:
                source.stop()  # after Ctrl-C the thread still waits for it


@asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[Source]:
    """The embedded database as it runs, or run for as long as this takes."""
    try:
        source = running_source(settings)
    except Unavailable:
        if not (settings.data_dir / "postgres").exists():
            raise
    else:
        yield source
        return
    async with EmbeddedPostgres(settings.data_dir, settings):
        yield running_source(settings)


def _tell_of(made: Manifest) -> None:
    out.print(f"Backup [bold]{made.backup_id}[/] is whole: {_size(made.size)}.")
    if made.files.where == "within":
        out.print(f"{made.files.count} uploaded files are within ({_size(made.files.size)}).")
    else:
        out.print("Uploaded files are in a bucket of their own and [bold]not[/] within: back that up too.")
    if made.key == "within":
        out.print("The installation's key is within: keep the backup as secret as the key.")
    else:
        out.print(
            "The installation's key is [bold]not[/] within: keep secret.key (or ALONGSIDE_SECRET_KEY) in another "
            "place. Without it stored secrets cannot be read after a restore."
        )


@backup.command("list")
def list_command(data: DataDir = None, place: PlaceName = "", as_json: AsJson = False) -> None:
    """Show the backups, and up to which moment each can be restored."""
    settings = _settings(data)
    found = open_place(settings, place)
    archived = found.things(WAL)
    rows = [(each, reach(each, archived)) for each in all_backups(found)]
    data_of = [msgspec.to_builtins(each) | {"reach": msgspec.to_builtins(far)} for each, far in rows]
    _print(data_of, as_json, lambda: out.print(_table(rows) if rows else f"There is none in {found.name}."))


def _table(rows: list[tuple[Manifest, Any]]) -> Table:
    table = Table("backup", "complete at", "restorable until", "size", "files", "key")
    for each, far in rows:
        until = f"{far.until:%Y-%m-%d %H:%M:%S}" + (" (then a gap)" if far.gap else "")
        files = str(each.files.count) if each.files.where == "within" else "elsewhere"
        table.add_row(
            each.backup_id, f"{each.ended_at:%Y-%m-%d %H:%M:%S}", until, _size(each.size), files, each.key
        )
    return table


@backup.command("verify")
def verify_command(
    backup_id: Annotated[str | None, typer.Argument(help="Which one; the newest otherwise.")] = None,
    data: DataDir = None,
    place: PlaceName = "",
    as_json: AsJson = False,
) -> None:
    """Read a backup, its files and its log, and compare checksums. Exit code 1 if something is missing or damaged."""
    found = open_place(_settings(data), place)
    backups = [read(found, backup_id)] if backup_id else all_backups(found)[-1:]
    if not backups:
        raise Invalid(
            message=f"There is no backup in {found.name}.", hint="Make one: alongside backup create"
        )
    with shown() as report:
        flaws = list(check(found, backups[0], report))
    words = "\n".join(f"[red]✗[/] {flaw.name}  {flaw.message}" for flaw in flaws)
    _print(flaws, as_json, lambda: out.print(words or f"{backups[0].backup_id} is as it was made."))
    raise typer.Exit(bool(flaws))


@backup.command("prune")
def prune_command(
    data: DataDir = None,
    place: PlaceName = "",
    keep_days: Annotated[
        int | None, typer.Option(help="Instead of ALONGSIDE_BACKUP_KEEP_DAYS.", min=0)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take away what is no longer needed to go back as many days as are kept. The newest backup always stays."""
    settings = _settings(data)
    days = settings.backup_keep_days if keep_days is None else keep_days
    gone = prune_place(open_place(settings, place), timedelta(days=days), datetime.now(UTC))
    words = f"Pruned {len(gone.backups)} backups, {gone.segments} segments of the log, {gone.files} files."
    _print(gone, as_json, lambda: out.print(words))


def restore(
    data: Annotated[Path, typer.Option("--data", help="The new data folder; it must not exist or be empty.")],
    to: Annotated[
        str,
        typer.Option(help="`latest`, or a moment such as 2026-11-22T14:30:00+01:00 (without a zone: UTC)."),
    ] = "latest",
    place: Annotated[
        str, typer.Option("--from", help="Place of the backups; ALONGSIDE_BACKUP_TO otherwise.")
    ] = "",
    backup_id: Annotated[str | None, typer.Option("--backup", help="Begin with this backup.")] = None,
    as_json: AsJson = False,
) -> None:
    """Restore database and files as they were at a moment, into a new data folder. Nothing is overwritten."""
    moment, old = _moment(to), _settings(None)
    found = open_place(old, place)
    with shown() as report:
        done = asyncio.run(
            restore_backup(
                old.model_copy(update={"data_dir": data.expanduser().absolute()}),
                found, moment, report, backup_id=backup_id,
            )
        )  # fmt: skip
    fits = _key_is_there(old, data, read(found, done.backup_id))
    _print(done, as_json, lambda: _tell_of_restored(done, fits))


def _moment(to: str) -> datetime | None:
    if to == "latest":
        return None
    try:
        given = datetime.fromisoformat(to)
    except ValueError:
        raise Invalid(
            message=f"{to!r} is no moment.", hint="Write 2026-11-22T14:30:00+01:00, or latest."
        ) from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _key_is_there(settings: Settings, data: Path, manifest: Manifest) -> bool:
    given = revealed(settings.secret_key)
    if not given and not (data / "secret.key").exists():
        return False
    return key_fits(manifest, load_keys(given, data))


def _tell_of_restored(done: Restored, key_fits_it: bool) -> None:
    out.print(f"Restored from {done.backup_id} into [bold]{done.data}[/].")
    if done.last_transaction:
        out.print(f"The last transaction in it is of {done.last_transaction:%Y-%m-%d %H:%M:%S.%f} UTC.")
    out.print(f"{done.files} uploaded files were fetched.")
    if done.missing_files:
        out.print(f"[red]{len(done.missing_files)} uploaded files are missing[/]: --json lists them.")
    if not key_fits_it:
        out.print(
            f"The installation's key was not in the backup: copy its secret.key to {done.data}, mode 600, before the "
            "first start. Without it stored identity secrets have to be made anew."
        )
    out.print(
        f"Check it (alongside verify --data '{done.data}'), then serve it: alongside serve --data '{done.data}'"
    )


def _settings(data: Path | None) -> Settings:
    settings = load_settings(**({"data_dir": data} if data else {}))
    configure_logs(settings.log_format, settings.log_level)
    if settings.database_url:
        raise Misconfigured(
            message="These commands are for the embedded database; DATABASE_URL names one of your own.",
            hint="Back that up by its own means: docs/operators.md says how.",
        )
    return settings


def _print(data: Any, as_json: bool, tell: Any) -> None:
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(data, enc_hook=str), indent=2).decode())
    else:
        tell()


def _size(count: float) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"
