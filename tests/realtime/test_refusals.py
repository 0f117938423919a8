"""Errors of rooms as the socket tells them: never with a code that no page explains."""

import pytest

from alongside.kit.errors import AlongsideError, Conflict, Gone, Invalid, Misconfigured, TooLarge, TooMany
from alongside.realtime.refusals import error_frame, retry_after, stable_code


@pytest.mark.parametrize(
    ("error", "code", "seconds"),
    [
        (Conflict("already_taken"), "already_taken", None),
        (Conflict("two_secrets"), "conflict", None),
        (Conflict("retry"), "unavailable", 0.2),
        (Conflict("undone"), "unavailable", 0.2),
        (Misconfigured(), "unavailable", 2),
        (TooLarge(), "too_large", None),
        (Invalid("weak_password"), "invalid", None),
        (TooMany(retry_after=9), "too_many", 9),
        (Gone(), "gone", None),
        (AlongsideError("odd"), "internal", None),
    ],
)
def test_every_error_has_a_stable_code(error: AlongsideError, code: str, seconds: float | None) -> None:
    assert (stable_code(error), retry_after(error)) == (code, seconds)


def test_the_errors_own_hint_is_better_than_the_codes() -> None:
    assert error_frame("a", Conflict(hint="Ask Otto.")).hint == "Ask Otto."
    assert error_frame("a", Conflict()).hint == "Look at the state again."
