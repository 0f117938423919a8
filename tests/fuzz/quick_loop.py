"""An event loop whose clock jumps to the next thing that is due instead of waiting for it."""

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
TURNS = 60


class _Hurry(selectors.DefaultSelector):
    """Waits for nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("Everything waits for something that will never come.")
        self.now += max(0.0, timeout)
        return super().select(0)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return super().get_map()


class QuickLoop(asyncio.SelectorEventLoop):
    """Time passes when everybody waits for it, and only then. Nothing may come from outside."""

    def __init__(self) -> None:
        self._hurry = _Hurry()
        super().__init__(self._hurry)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._hurry.now

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it, and all that comes of it at once."""

        async def and_settle() -> T:
            done = await work
            for _ in range(TURNS):
                await asyncio.sleep(0)
            return done

        return self.run_until_complete(and_settle())
