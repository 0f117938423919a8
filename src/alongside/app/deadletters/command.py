"""The commands. What is given no workspace looks at all of them; numbers of letters are different in each."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from alongside.app.deadletters.desk import Desk, at_desk
from alongside.jobs.dead import Letter, Opened
from alongside.kit.errors import Invalid
from alongside.kit.logs import configure_logs
from alongside.kit.settings import load_settings

T = TypeVar("T")
jobs = typer.Typer(help="Jobs: how many there are, and what could not be done.", no_args_is_help=True)
dead = typer.Typer(help="Jobs that were given up, and facts that could not be told.", no_args_is_help=True)
jobs.add_typer(dead, name="dead")
out, err = Console(highlight=False), Console(stderr=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of words for people.")]
DataDir = Annotated[Path | None, typer.Option("--data", help="Folder for the database, files and key.")]
Workspace = Annotated[str | None, typer.Option(help="Only this workspace, by its short name.")]
Name = Annotated[str | None, typer.Option(help="Only jobs or facts of this name.")]
LetterIds = Annotated[list[str] | None, typer.Argument(help="Which, such as job-17 or fact-4.")]
All = Annotated[bool, typer.Option("--all", help="All of them, or all that --name and --workspace leave.")]


def _at_desk(data: Path | None, workspace: str | None, work: Callable[[Desk], Awaitable[T]]) -> T:
    async def run() -> T:
        async with at_desk(settings, workspace) as desk:
            return await work(desk)

    settings = load_settings(**({"data_dir": data} if data else {}))
    configure_logs(settings.log_format, settings.log_level)
    return asyncio.run(run())


@jobs.command("counts")
def counts(data: DataDir = None, workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Count the jobs by workspace and name: waiting, being done, dead."""
    found = _at_desk(data, workspace, Desk.counts)
    if as_json:
        return _print(found)
    table = Table("workspace", "job", "waiting", "running", "dead")
    for slug, each in found.items():
        for one in each.jobs:
            table.add_row(slug, one.name, str(one.waiting), str(one.running), str(one.dead))
        table.add_row(slug, "(facts)", str(each.facts_waiting), "", str(each.facts_put_off))
    out.print(table)


@dead.command("list")
def list_command(
    data: DataDir = None,
    workspace: Workspace = None,
    name: Name = None,
    oldest_first: Annotated[bool, typer.Option("--oldest-first", help="The other way round.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List what could not be done, the latest first."""
    found = _at_desk(data, workspace, lambda desk: desk.letters(name, oldest_first, limit))
    if as_json:
        return _print([{"workspace": slug, **msgspec.to_builtins(letter)} for slug, letter in found])
    if not found:
        return out.print("There is nothing that could not be done.")
    out.print(_table(found))


def _table(found: list[tuple[str, Letter]]) -> Table:
    table = Table("which", "workspace", "name", "tries", "failed at (UTC)", "next try", "reason")
    for slug, letter in found:
        again = f"{letter.next_try_at:%H:%M:%S}" if letter.next_try_at else "–"
        failed = f"{letter.failed_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(letter.letter_id, slug, letter.name, str(letter.attempts), failed, again, letter.reason)
    return table


@dead.command("show")
def show(letter_id: str, data: DataDir = None, workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Show one with what it carries and how its tries failed. That may be about people: mind who reads along."""
    slug, opened = _at_desk(data, workspace, lambda desk: desk.open(letter_id))
    if as_json:
        return _print({"workspace": slug, **msgspec.to_builtins(opened)})
    _tell(slug, opened)


def _tell(slug: str, opened: Opened) -> None:
    out.print(_table([(slug, opened.letter)]))
    out.print_json(msgspec.json.encode(opened.payload).decode())
    for failure in opened.failures:
        out.print(f"[bold]{failure.at:%Y-%m-%d %H:%M:%S}[/] {failure.reason}")
        out.print(failure.trace or failure.message, markup=False)


@dead.command("fix")
def fix(
    letter_id: str,
    payload: Annotated[
        str, typer.Argument(help="The whole payload as JSON; `-` reads it from standard input.")
    ],
    replay_too: Annotated[bool, typer.Option("--replay", help="Try it at once.")] = False,
    data: DataDir = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Give one another payload, which has to be one that its job understands."""
    mended = _payload(sys.stdin.read() if payload == "-" else payload)
    slug, opened = _at_desk(data, workspace, lambda desk: desk.fix(letter_id, mended, replay_too))
    if as_json:
        return _print({"workspace": slug, **msgspec.to_builtins(opened)})
    out.print(
        f"{letter_id} carries it now" + (" and is tried again." if replay_too else "; replay it to try it.")
    )


def _payload(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise Invalid(
            message=f"The payload is no JSON object: {error}.", hint="Quote it for the shell."
        ) from None


@dead.command("replay")
def replay(
    letter_ids: LetterIds = None,
    everything: All = False,
    name: Name = None,
    data: DataDir = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Try some again, at once and with all their tries."""
    _many("replayed", letter_ids, everything, name, data, workspace, as_json)


@dead.command("discard")
def discard(
    letter_ids: LetterIds = None,
    everything: All = False,
    name: Name = None,
    data: DataDir = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Throw some away: what they were to do is never done."""
    _many("discarded", letter_ids, everything, name, data, workspace, as_json)


def _many(
    deed: str,
    letter_ids: list[str] | None,
    everything: bool,
    name: str | None,
    data: Path | None,
    workspace: str | None,
    as_json: bool,
) -> None:
    if bool(letter_ids) == (everything or name is not None):
        raise Invalid(message="Say which: their ids, or --all, or --name.", hint="alongside jobs dead list")
    outcome = _at_desk(data, workspace, lambda desk: desk.do(deed, letter_ids, name))
    if as_json:
        _print(outcome)
    else:
        out.print(f"{len(outcome.done)} {deed}.")
        for letter_id, why in outcome.left.items():
            err.print(f"{letter_id}: {why}")
    raise typer.Exit(bool(outcome.left))


def _print(data: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())
