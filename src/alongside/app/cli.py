"""The command line: `alongside COMMAND`. Each command that prints data does so as JSON too, with `--json`."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
import uvloop
from rich.console import Console
from rich.table import Table

import alongside
from alongside.app import doctor as examination
from alongside.app.backup import backup, restore
from alongside.app.deadletters import jobs
from alongside.app.opening import open_database
from alongside.app.replay.command import replay
from alongside.app.server import serve as serve_rooms
from alongside.app.verify import verify
from alongside.kit.errors import AlongsideError
from alongside.kit.logs import configure_logs
from alongside.kit.settings import Settings, load_settings
from alongside.storage.migrate import read_migrations
from alongside.web.application import build_routes

app = typer.Typer(
    help="Alongside: help that happens on the customer's own screen.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
MARKS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "error": "[red]✗[/]"}
out, err = Console(highlight=False), Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of words for people.")]
DataDir = Annotated[Path | None, typer.Option("--data", help="Folder for the database, files and key.")]


def main() -> None:
    """Run a command; what goes wrong is said in words, with exit code 1."""
    try:
        app()
    except AlongsideError as error:
        err.print(
            f"[bold red]alongside:[/] {error.message} {error.hint}".rstrip(), highlight=False, soft_wrap=True
        )
        raise SystemExit(1) from error


def _settings(**overrides: Any) -> Settings:
    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    configure_logs(settings.log_format, settings.log_level)
    return settings


def _print(data: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    data: DataDir = None,
) -> None:
    """Start the server; prints `ready http://…` when it serves. Ctrl-C or SIGTERM ends it."""
    settings = _settings(host=host, port=port, data_dir=data)
    uvloop.run(serve_rooms(settings, lambda url: print(f"ready {settings.public_url or url}", flush=True)))


@app.command()
def doctor(data: DataDir = None, as_json: AsJson = False) -> None:
    """Say in words what is wrong with this installation and what to do about it. Exit code 1 if anything is."""
    findings = asyncio.run(examination.examine(_settings(data_dir=data)))
    if as_json:
        _print(findings)
    else:
        for finding in findings:
            out.print(f"{MARKS[finding.severity]} [bold]{finding.check}[/]  {finding.message} {finding.hint}")
    raise typer.Exit(any(finding.severity == "error" for finding in findings))


@app.command()
def migrate(data: DataDir = None, as_json: AsJson = False) -> None:
    """Bring the database to this version's schema and stop; `serve` does the same when it starts."""

    asyncio.run(_open_and_close(_settings(data_dir=data, migrate_at_start=True)))
    newest = read_migrations()[-1].number
    if as_json:
        _print({"schema_version": newest})
    else:
        out.print(f"The schema is at version {newest}.")


async def _open_and_close(settings: Settings) -> None:
    async with open_database(settings):
        pass


@app.command()
def settings(as_json: AsJson = False) -> None:
    """List every setting with its value in force, secrets hidden."""
    in_force = _settings()
    rows = {
        name: (str(getattr(in_force, name)), str(field.description))
        for name, field in Settings.model_fields.items()
    }
    if as_json:
        _print({name: value for name, (value, _) in rows.items()})
        return
    table = Table("setting", "value", "what it is")
    for name, (value, description) in rows.items():
        table.add_row(name, value, description)
    out.print(table)


@app.command()
def openapi() -> None:
    """Print the description of the HTTP interface (OpenAPI 3.1, JSON)."""
    _print(build_routes(None).openapi_schema.to_schema())


@app.command()
def version(as_json: AsJson = False) -> None:
    """Print the version."""
    if as_json:
        _print({"version": alongside.__version__})
    else:
        print(alongside.__version__)


app.command()(replay)
app.add_typer(backup, name="backup")
app.command()(restore)
app.command()(verify)
app.add_typer(jobs, name="jobs")
