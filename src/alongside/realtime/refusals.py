"""Domain errors as error frames."""

import msgspec

from alongside.kit.errors import AlongsideError, TooMany, Unavailable
from alongside.realtime.codes import CODES
from alongside.realtime.frames import Error, RequestId

UNAVAILABLE_SECONDS = 2.0
PASSING_SECONDS = 0.2
PASSING = frozenset({"retry", "undone"})


def error_frame(request_id: RequestId | None, error: AlongsideError) -> Error:
    """The frame that tells of an error. A hint that the error lacks is the general advice for its code."""
    code = stable_code(error)
    return Error(
        id=request_id,
        code=code,
        message=error.message,
        hint=error.hint or CODES[code].advice,
        retry_after=_or_unset(retry_after(error)),
        fields=error.fields or msgspec.UNSET,
    )


def stable_code(error: AlongsideError) -> str:
    """The code as the socket knows it: one of CODES. What only passes is `unavailable`; a code that is a
    room's own becomes that of the kind of error."""
    if error.code in CODES:
        return error.code
    if error.code in PASSING:
        return "unavailable"
    kinds = (kind.default_code for kind in type(error).__mro__ if issubclass(kind, AlongsideError))
    return next((code for code in kinds if code in CODES), "internal")


def retry_after(error: AlongsideError) -> float | None:
    """Seconds after which another try makes sense; None if it doesn't."""
    if error.code in PASSING:
        return PASSING_SECONDS
    if isinstance(error, TooMany):
        return error.retry_after
    return UNAVAILABLE_SECONDS if isinstance(error, Unavailable) else None


def _or_unset(seconds: float | None) -> float | msgspec.UnsetType:
    return msgspec.UNSET if seconds is None else seconds
