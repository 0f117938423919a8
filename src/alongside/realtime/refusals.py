"""Domain errors as error frames."""

import msgspec

from alongside.kit.errors import AlongsideError, TooMany, Unavailable
from alongside.realtime.codes import CODES
from alongside.realtime.frames import Error, RequestId

UNAVAILABLE_SECONDS = 2.0


def error_frame(request_id: RequestId | None, error: AlongsideError) -> Error:
    """The frame that tells of an error. A hint that the error lacks is the general advice for its code."""
    known = CODES.get(error.code)
    return Error(
        id=request_id,
        code=error.code,
        message=error.message,
        hint=error.hint or (known.advice if known else ""),
        retry_after=_or_unset(retry_after(error)),
        fields=error.fields or msgspec.UNSET,
    )


def retry_after(error: AlongsideError) -> float | None:
    """Seconds after which another try makes sense; None if it doesn't."""
    if isinstance(error, TooMany):
        return error.retry_after
    return UNAVAILABLE_SECONDS if isinstance(error, Unavailable) else None


def _or_unset(seconds: float | None) -> float | msgspec.UnsetType:
    return msgspec.UNSET if seconds is None else seconds
