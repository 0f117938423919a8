"""Errors as answers: problem+json (RFC 9457) with a stable `code`, and words that say what to do.

A room's error is told as it is. What Litestar finds wrong with a request is put in the same form. Anything else
is our mistake: it is logged under an id, and the answer tells the id and nothing more.
"""

import math
import re
import traceback
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ExceptionHandlersMap

from alongside.kit import errors
from alongside.kit.errors import AlongsideError, TooMany
from alongside.kit.ids import uuid7
from alongside.kit.logs import logger

log = logger(__name__)
MEDIA_TYPE = "application/problem+json"

_STATUS: dict[type[AlongsideError], int] = {
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}

_OF_THE_EDGE: dict[int, tuple[str, str]] = {
    400: ("malformed", "Send what docs/protocol and /api/openapi.json describe."),
    401: ("unauthenticated", "Sign in first."),
    403: ("forbidden", ""),
    404: ("not_found", "Check the address; /api/openapi.json lists them all."),
    405: ("method_not_allowed", "The header Allow lists the methods that there are."),
    406: ("not_acceptable", "Accept application/json."),
    413: ("too_large", "Send less at once."),
    415: ("unsupported_media_type", "Send application/json, not packed."),
    429: ("too_many", "Wait as long as Retry-After says."),
    503: ("unavailable", "Try again in a moment."),
}


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong. `code` is stable and for programs; `detail` says what happened, `hint` what to do, `fields`
    what is wrong with which part of the request; `retry_after` in seconds; `error_id` finds it in our log."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str = ""
    fields: dict[str, str] | None = None
    retry_after: float | None = None
    error_id: str | None = None


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """The error answers of a route, for its OpenAPI description: 401 and 403, 422 … whichever it has. Every route may
    answer 429: nobody may ask for anything as often as they like."""
    return {
        status: ResponseSpec(
            Problem,
            description=HTTPStatus(status).phrase,
            media_type=MEDIA_TYPE,
            generate_examples=False,
        )
        for status in sorted({*statuses, 429})
    }


def of_error(error: AlongsideError) -> Problem:
    """A room's error as a problem."""
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
    if error.code == "malformed":
        status = 400
    retry_after = error.retry_after if isinstance(error, TooMany) else None
    return _problem(status, error.code, error.message, error.hint, error.fields or None, retry_after)


def of_request(error: HTTPException) -> Problem:
    """What is wrong with a request, found before it reached a room. Nothing of what was sent is repeated."""
    fields = _fields(error.extra) or _missing(error.detail)
    if error.status_code == 400 and fields:
        return _problem(
            422, "invalid", "What was sent cannot be used.", "Change what `fields` names.", fields
        )
    code, hint = _OF_THE_EDGE.get(error.status_code, ("invalid", ""))
    return _problem(error.status_code, code, f"{HTTPStatus(error.status_code).phrase}.", hint)


def of_mistake(error: Exception) -> Problem:
    """Our own mistake: logged, and only its id is told."""
    error_id = uuid7().hex
    log.error("request_failed", error_id=error_id, kind=type(error).__name__, where=_where(error))
    hint = "Try once more; if it stays, tell whoever runs this server the error id."
    problem = _problem(500, "internal", "Something went wrong on our side.", hint)
    return msgspec.structs.replace(problem, error_id=error_id)


def _where(error: BaseException | None) -> list[str]:
    """Where it happened, the cause included. Not the errors' own words: they quote what was sent."""
    lines: list[str] = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        lines += [
            f"{type(error).__name__}: {frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]
        ]
        error = error.__cause__ or error.__context__
    return lines


def _problem(
    status: int,
    code: str,
    detail: str,
    hint: str = "",
    fields: dict[str, str] | None = None,
    retry_after: float | None = None,
) -> Problem:
    title = HTTPStatus(status).phrase
    return Problem(f"urn:alongside:problem:{code}", title, status, code, detail, hint, fields, retry_after)


def _fields(extra: Any) -> dict[str, str] | None:
    """Litestar's list of {message, key, source} by field."""
    if not isinstance(extra, list):
        return None
    found = {
        str(part.get("key") or part.get("source") or "body"): str(part["message"]) for part in extra if part
    }
    return found or None


def _missing(detail: str) -> dict[str, str] | None:
    """Litestar tells of a parameter that was left out only in words."""
    found = re.match(r"Missing required \w+ parameter '(\w+)'", detail)
    return {found[1]: "missing"} if found else None


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[Problem]:
    """A problem as a response."""
    more = dict(headers or {})
    if problem.retry_after is not None:
        more["Retry-After"] = str(seconds(problem.retry_after))
    if problem.status == 401:
        more["WWW-Authenticate"] = 'Bearer realm="alongside"'
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=more)


def seconds(wait: float) -> int:
    """A time to wait as Retry-After says it: in whole seconds, at least one."""
    return max(1, math.ceil(wait))


def _on_error(_request: Request[Any, Any, Any], error: AlongsideError) -> Response[Problem]:
    return answer(of_error(error))


def _on_request(_request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    if error.status_code >= 500 and error.status_code != 503:
        return answer(of_mistake(error))
    allow = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return answer(of_request(error), allow)


def _on_nesting(_request: Request[Any, Any, Any], _error: RecursionError) -> Response[Problem]:
    return answer(
        _problem(400, "malformed", "The body is nested too deeply.", "Send what /api/openapi.json describes.")
    )


def _on_encoding(_request: Request[Any, Any, Any], _error: UnicodeDecodeError) -> Response[Problem]:
    return answer(_problem(400, "malformed", "The body is not UTF-8.", "Send JSON in UTF-8."))


def _on_mistake(_request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    return answer(of_mistake(error))


EXCEPTIONS: ExceptionHandlersMap = {
    AlongsideError: _on_error,
    HTTPException: _on_request,
    RecursionError: _on_nesting,  # msgspec's, of JSON like [[[[…
    UnicodeDecodeError: _on_encoding,  # msgspec's, within a text
    Exception: _on_mistake,
}
