"""The cookie that keeps an agent signed in."""

from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from alongside.team.model import SESSION_LIFE
from alongside.web.origins import origin_of
from alongside.web.rooms import Rooms
from alongside.web.security import COOKIE


def session_cookie(request: Request[Any, Any, Any], rooms: Rooms, token: str) -> Cookie:
    """The cookie with this token, for the life of a session from now. No script reads it, no other site sends it."""
    return Cookie(
        key=COOKIE,
        value=token,
        path="/",
        max_age=round(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=_is_https(request, rooms),
    )


def no_cookie(request: Request[Any, Any, Any], rooms: Rooms) -> Cookie:
    """The browser forgets the token."""
    return Cookie(
        key=COOKIE,
        value="",
        path="/",
        max_age=0,
        httponly=True,
        samesite="strict",
        secure=_is_https(request, rooms),
    )


def _is_https(request: Request[Any, Any, Any], rooms: Rooms) -> bool:
    return request.url.scheme == "https" or origin_of(rooms.settings.public_url).startswith("https:")
