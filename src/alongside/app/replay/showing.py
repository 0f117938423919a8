"""What people see: a calm line while it runs, and the report in words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from alongside.app.replay.report import Report, Spread
from alongside.app.replay.tally import Tally

_REFRESH_SECONDS = 0.25
_WAITED_FOR = {
    "devices": "to register devices",
    "sign_in": "to sign in",
    "sockets": "at sockets",
    "requests": "for other requests",
}


@asynccontextmanager
async def shown(console: Console, tally: Tally) -> AsyncIterator[None]:
    """Show how far a replay is, on a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[more]}"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        asking = progress.add_task("asking", total=tally.planned, more="")
        reading = progress.add_task("reading back", total=None, visible=False, more="")
        refreshing = asyncio.create_task(_refresh(progress, tally, asking, reading))
        try:
            yield
        finally:
            refreshing.cancel()
            _update(progress, tally, asking, reading)


async def _refresh(progress: Progress, tally: Tally, asking: TaskID, reading: TaskID) -> None:
    while True:
        _update(progress, tally, asking, reading)
        await asyncio.sleep(_REFRESH_SECONDS)


def _update(progress: Progress, tally: Tally, asking: TaskID, reading: TaskID) -> None:
    counts = tally.count()
    more = f"{counts.acknowledged} acknowledged · {counts.arrived} arrived · {counts.failed} failed"
    elapsed = progress.tasks[asking].elapsed
    if elapsed:
        more += f" · {counts.acknowledged / elapsed:.1f}/s"
    progress.update(asking, completed=counts.asked, more=more)
    if tally.read_back:
        progress.stop_task(asking)
        progress.update(reading, total=counts.asked, completed=tally.read_back, visible=True)


def told(console: Console, report: Report) -> None:
    """The report in words."""
    console.print(_head(report), highlight=False)
    console.print(_numbers(report))
    for line in _lines(report):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(_outcome(report), highlight=False, soft_wrap=True)


def _head(report: Report) -> str:
    ended = " and then interrupted" if report.interrupted else ""
    return (
        f"\n{report.asked:,} questions asked in {report.seconds:,.1f} s{ended}: {report.rate:,.1f} a second"
    )


def _numbers(report: Report) -> Table:
    where = "in the desk" if report.verified_by == "desk" else "with the visitor"
    table = Table("", "questions", "p50 ms", "p95 ms", "p99 ms", "longest ms", box=None, pad_edge=False)
    table.add_row("acknowledged", f"{report.acknowledged:,}", *_times(report.acknowledge_ms))
    table.add_row(f"arrived {where}", f"{report.arrived:,}", *_times(report.arrival_ms))
    for column in table.columns:
        column.no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _times(spread: Spread | None) -> list[str]:
    if spread is None:
        return ["–"] * 4
    return [f"{value:,.1f}" for value in (spread.p50, spread.p95, spread.p99, spread.longest)]


def _lines(report: Report) -> list[str]:
    return [
        _wrong(report),
        *_shares(report),
        *_waited(report),
        f"{report.reconnections:,} connections lost and made again",
        *(f"{times:,} × {trouble}" for trouble, times in report.troubles.items()),
        *(f"look at conversation {wrong}" for wrong in report.suspicious),
    ]


def _wrong(report: Report) -> str:
    counts = {
        "lost": report.lost,
        "doubled": report.doubled,
        "out of order": report.out_of_order,
        "failed": report.failed,
        "cut short": report.cut_short,
        "not verified": report.unverified,
    }
    return " · ".join(f"{count:,} {what}" for what, count in counts.items())


def _shares(report: Report) -> list[str]:
    if report.shares is None:
        return []
    shares = {
        "answered by the concierge alone": report.shares.answered_by_concierge,
        "handed over": report.shares.handed_over,
        "answered by an agent": report.shares.answered_by_agent,
        "not answered": report.shares.unanswered,
    }
    return [" · ".join(f"{share:.1%} {what}" for what, share in shares.items())]


def _waited(report: Report) -> list[str]:
    parts = [f"{seconds:,.1f} s {_WAITED_FOR[reason]}" for reason, seconds in report.waited.items()]
    return [f"waited because the server's limits say so: {', '.join(parts)}"] if parts else []


def _outcome(report: Report) -> str:
    how = (
        "by an agent in the desk"
        if report.verified_by == "desk"
        else "by the visitors themselves, no agent looked"
    )
    if report.well:
        return f"[green]All {report.entries:,} acknowledged entries are there, once and in order[/] (read back {how})."
    return f"[bold red]Not all is well[/] (read back {how})."
