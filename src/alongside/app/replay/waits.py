"""How long was waited because the server said so."""

import asyncio
from collections import Counter
from typing import Literal

Reason = Literal["devices", "sign_in", "sockets", "requests"]


class Waits:
    """Waits, and keeps count. `seconds`: of all who waited together, by what they waited for."""

    def __init__(self) -> None:
        self.seconds: Counter[Reason] = Counter()

    async def wait(self, reason: Reason, seconds: float) -> None:
        """Wait, as the server asked."""
        began = asyncio.get_running_loop().time()
        try:
            await asyncio.sleep(seconds)
        finally:
            self.seconds[reason] += asyncio.get_running_loop().time() - began  # type: ignore[assignment]
