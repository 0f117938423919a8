"""Ctrl-C and SIGTERM during a replay: the part that runs is ended, and the next begins."""

import asyncio
import signal
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """While it is entered, signals end the part that runs. `rung`: how often that was."""

    def __init__(self) -> None:
        self.rung = 0
        self._part: asyncio.Task[Any] | None = None

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self.ring)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in _SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)

    def ring(self) -> None:
        """End the part that runs."""
        self.rung += 1
        if self._part is not None:
            self._part.cancel()

    async def run(self, part: Coroutine[Any, Any, None]) -> None:
        """Run a part to its end, or until somebody rings."""
        before = self.rung
        self._part = asyncio.create_task(part)
        try:
            await self._part
        except asyncio.CancelledError:
            if self.rung == before:
                raise
        finally:
            self._part = None
