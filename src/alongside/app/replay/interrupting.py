"""Ctrl-C and SIGTERM during a replay: the part that runs is ended, and the next begins."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Runs parts that a signal ends. `rung`: how often that was."""

    def __init__(self) -> None:
        self.rung = 0

    async def run(self, part: Coroutine[Any, Any, None]) -> None:
        """Run a part to its end, or until somebody rings."""
        before, task = self.rung, asyncio.create_task(part)
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._ring, task)
        try:
            await task
        except asyncio.CancelledError:
            if self.rung == before:
                raise
        finally:
            for number in _SIGNALS:
                asyncio.get_running_loop().remove_signal_handler(number)

    def _ring(self, task: asyncio.Task[None]) -> None:
        self.rung += 1
        task.cancel()
