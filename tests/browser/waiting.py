"""Waiting for a screen to show what it should."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], wanted: T, seconds: float = 30.0) -> None:
    """Look again and again until one sees what is wanted; AssertionError with what one saw last."""
    deadline = time.monotonic() + seconds
    while (seen := look()) != wanted:
        if time.monotonic() > deadline:
            raise AssertionError(f"wanted {wanted}, saw {seen}")
        time.sleep(0.1)
