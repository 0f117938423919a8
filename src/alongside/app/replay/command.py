"""`alongside replay`: its options, and what it prints."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
import uvloop
from rich.console import Console

from alongside.app.replay.playing import play
from alongside.app.replay.questions import read_questions
from alongside.app.replay.report import Report
from alongside.app.replay.script import Script, SignIn
from alongside.app.replay.showing import shown, told
from alongside.app.replay.tally import Tally
from alongside.kit.errors import Invalid


def replay(
    file: Annotated[Path, typer.Argument(help="CSV file with a head line, UTF-8.", show_default=False)],
    url: Annotated[str, typer.Option(help="Where the server answers.")] = "http://127.0.0.1:8000",
    workspace: Annotated[str, typer.Option(help="Slug of the workspace.")] = "luma",
    column: Annotated[
        str | None,
        typer.Option(
            help="Column with the questions; else text, question, utterance or message, or the first."
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many questions of the file.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Play them so many times.")] = 1,
    rate: Annotated[
        float, typer.Option(min=0, help="Conversations a second; 0 for as fast as they go.")
    ] = 10.0,
    concurrency: Annotated[int, typer.Option(min=1, max=900, help="Visitors at once, at most.")] = 100,
    ask_human: Annotated[
        bool, typer.Option("--ask-human", help="Each asks for a human after the first answer.")
    ] = False,
    agents: Annotated[
        int, typer.Option(min=0, max=200, help="Scripted agents who take what is handed over, and answer.")
    ] = 0,
    agent_email: Annotated[
        str | None,
        typer.Option(help="An agent's address; without one nobody looks whether it reaches the desk."),
    ] = None,
    agent_password: Annotated[
        str | None, typer.Option(envvar="REPLAY_AGENT_PASSWORD", help="Their password.")
    ] = None,
    patience: Annotated[
        float,
        typer.Option(min=1, help="Seconds until something is given up that the server does not answer."),
    ] = 120.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Ask a running server real customers' questions, through real widget sockets, and see what arrives.

    At the end everything is read back. Exit code 1 if anything that was acknowledged is missing, doubled or cannot be
    read back, or if a question could not be asked. Ctrl-C ends it with the report so far."""
    questions = read_questions(file, column)[:limit] * repeat
    script = Script(
        url=url,
        workspace=workspace,
        questions=questions,
        rate=rate,
        concurrency=concurrency,
        ask_human=ask_human,
        agents=agents,
        sign_in=_sign_in(agent_email, agent_password, agents),
        patience=patience,
    )
    report = uvloop.run(_played(script))
    _print(report, as_json)
    raise typer.Exit(0 if report.well else 1)


def _sign_in(email: str | None, password: str | None, agents: int) -> SignIn | None:
    if email and password:
        return SignIn(email, password)
    if email or password or agents:
        raise Invalid(message="Agents sign in.", hint="Give --agent-email and --agent-password.")
    return None


async def _played(script: Script) -> Report:
    tally = Tally(len(script.questions))
    async with shown(Console(stderr=True), tally):
        return await play(script, tally)


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        told(Console(), report)
