"""The command itself."""

import asyncio
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from alongside.app.backup.progress import shown
from alongside.app.reaching import reached
from alongside.app.verify.check import Verdict
from alongside.app.verify.checking import verify as verify_database
from alongside.kit.logs import configure_logs
from alongside.kit.settings import Settings, load_settings
from alongside.storage.files import open_file_store

out = Console(highlight=False, soft_wrap=True)


def verify(
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder for the database, files and key.")
    ] = None,
    workspace: Annotated[str | None, typer.Option(help="Only this workspace, by its short name.")] = None,
    files: Annotated[
        bool, typer.Option("--files", help="Read every uploaded file too, and compare hashes.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Hold the database to what it promises: numbering, summaries, references, fences. Exit code 1 if it does not.

    Reads only, in a snapshot of each workspace; the server may be running, or not."""
    settings = load_settings(**({"data_dir": data} if data else {}))
    configure_logs(settings.log_format, settings.log_level)
    verdict = asyncio.run(_verify(settings, workspace, files))
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(verdict), indent=2).decode())
    else:
        _tell(verdict)
    raise typer.Exit(bool(verdict.flaws))


async def _verify(settings: Settings, workspace: str | None, files: bool) -> Verdict:
    async with reached(settings) as logins:
        with shown() as report:
            store = open_file_store(settings) if files else None
            return await verify_database(settings, logins, report, workspace=workspace, files=store)


def _tell(verdict: Verdict) -> None:
    for flaw in verdict.flaws:
        where = f" in {flaw.workspace}" if flaw.workspace else ""
        out.print(f"[red]✗[/] [bold]{flaw.name}[/]{where}, {flaw.count} times: {flaw.message}.")
        for example in flaw.examples:
            out.print(f"    {example}", markup=False)
    if not verdict.flaws:
        took = sum(verdict.seconds.values())
        out.print(f"[green]✓[/] Everything holds in {verdict.workspaces} workspaces ({took:.1f} s).")
