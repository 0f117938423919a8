"""What may go wrong between a client and the server, told apart by whether another try is worth it."""

import random

from alongside.realtime.frames import Bye, Error

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0


class Lost(Exception):
    """The connection ended, or never came about. `retry_after`: seconds that the server asked for, if it did."""

    def __init__(self, why: str = "", retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(why)


class Refused(Exception):
    """The server said no, by a stable code. `retry_after`: seconds after which it may say yes."""

    def __init__(self, code: str, message: str = "", retry_after: float | None = None) -> None:
        self.code = code
        self.message = message
        self.retry_after = retry_after
        super().__init__(code, message)

    @property
    def passing(self) -> bool:
        """Whether the same may succeed later."""
        return self.retry_after is not None


def refusal_of(frame: Error | Bye) -> Refused:
    """An error or a goodbye as an exception."""
    seconds = frame.retry_after if isinstance(frame.retry_after, float | int) else None
    return Refused(frame.code, frame.message, seconds)


def pause_after(tries: int) -> float:
    """Seconds before the next try, after so many in vain: growing, and random, so that a crowd spreads out."""
    longest: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(tries, 10))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads them, hides nothing
