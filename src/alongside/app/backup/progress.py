"""How far it is, for people on a terminal; programs and logs get a line for each thing that begins."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from alongside.storage.backup.copying import Progress as Report


@contextmanager
def shown() -> Iterator[Report]:
    """A report that shows what is being done on standard error: a bar on a terminal, else lines."""
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal, transient=True
    ) as bars:
        tasks: dict[str, int] = {}

        def report(what: str, done: int, altogether: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what)
                if not console.is_terminal:
                    console.print(f"{what} …")
            bars.update(tasks[what], completed=done, total=max(altogether, 1))  # type: ignore[arg-type]

        yield report
