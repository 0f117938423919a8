"""`python -m demo`: Luma Energy with Alongside beside it."""

import asyncio
import signal
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from alongside.kit.errors import AlongsideError
from alongside.kit.logs import configure_logs
from alongside.kit.settings import Settings
from demo import places, serving
from demo.luma.config import LumaConfig
from demo.preparing import prepare
from demo.welcome import welcome
from demo.world import seeding

Port = Annotated[int, typer.Option(help="Alongside's port; Luma's site has the next one.", min=1, max=65534)]
Data = Annotated[Path, typer.Option(help="Where the world is kept; made and seeded if it is not there.")]

err = Console(stderr=True)
DEFAULT_DATA = Path(".demo")
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def demo(
    port: Annotated[
        int, typer.Option(help="Alongside's port; Luma's site has the next one.", min=1, max=65534)
    ] = 8000,
    data: Annotated[
        Path, typer.Option(help="Where the world is kept; made and seeded if it is not there.")
    ] = DEFAULT_DATA,
) -> None:
    """Run Alongside with the made-up company Luma Energy. Ctrl-C or SIGTERM ends everything it started."""
    configure_logs("console", "error")
    places.forget_other_installations()
    try:
        code = asyncio.run(run(port, data.expanduser().absolute()))
    except AlongsideError as error:
        err.print(f"[bold red]demo:[/] {error.message} {error.hint}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    raise typer.Exit(code)


async def run(port: int, data: Path) -> int:
    """Prepare, serve, and end; the exit code is 0 when it was told to end, 1 when a server ended by itself."""
    _cancel_when_told()
    try:
        with places.take_port(port) as taken, places.take_port(port + 1) as listener, places.only_demo(data):
            taken.close()  # it is free: Alongside takes it itself
            return await _run(port, data, listener)
    except asyncio.CancelledError:
        return 0


def _cancel_when_told() -> None:
    """The first signal ends the demo in order; it is not hurried by a second one."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def end() -> None:
        for name in _ENDING:
            loop.add_signal_handler(name, lambda: None)
        task.cancel()

    for name in _ENDING:
        loop.add_signal_handler(name, end)


async def _run(port: int, data: Path, listener: socket.socket) -> int:
    here, site = places.address(port), places.address(port + 1)
    with ExitStack() as stack:
        kept = await prepare(Settings(data_dir=data), site, lambda: _watched(stack))
    config = LumaConfig(here, seeding.SLUG, kept.identity_secret, kept.cookie_key)
    async with serving.alongside(port, data) as server, serving.luma(listener, config) as luma:
        print(*welcome(here, site), sep="\n", flush=True)
        ended = asyncio.create_task(server.wait(), name="Alongside's end")
        await asyncio.wait([ended, luma], return_when=asyncio.FIRST_COMPLETED)
    err.print("[bold red]demo:[/] a server ended by itself; see alongside.log in the data folder.")
    return 1


def _watched(stack: ExitStack) -> seeding.Progress:
    """A progress bar for the first start."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    bar = stack.enter_context(Progress(*columns, console=err))
    task = bar.add_task("", total=1.0)
    return lambda words, part: bar.update(task, description=words, completed=part)


if __name__ == "__main__":
    typer.run(demo)
