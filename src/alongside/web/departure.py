"""How a server leaves: it stops saying that it is ready, is served out, and has only so long."""

import asyncio
from collections.abc import Callable
from time import monotonic

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


class Departure:
    """Told once; every part asks how long it still has. Times in seconds.

    `notice`: how long everything is still served after `/ready` says no, so that proxies look elsewhere first.
    `limit`: how long what is under way may take after that."""

    def __init__(self, notice: float = 0.0, limit: float = 20.0) -> None:
        self.begun = False
        self._notice = notice
        self._limit = limit
        self._until = 0.0
        self._farewells: list[Callable[[], object]] = []

    def at_once(self, farewell: Callable[[], object]) -> None:
        """What is to be done as soon as it begins: taking no new work."""
        self._farewells.append(farewell)

    async def begin(self) -> None:
        """Leave. Returns when the notice has passed."""
        self.begun = True
        self._until = monotonic() + self._notice + self._limit
        for farewell in self._farewells:
            farewell()
        await asyncio.sleep(self._notice)

    @property
    def at_most(self) -> float:
        """Notice and limit together."""
        return self._notice + self._limit

    def remaining(self) -> float:
        """How long what is under way may still take; at least a second, so that little things are finished."""
        return max(1.0, self._until - monotonic()) if self.begun else self._limit


class LastAnswers:
    """ASGI: while leaving, the connection ends with each answer, so that the next request finds another server."""

    def __init__(self, application: ASGIApp, departure: Departure) -> None:
        self._application = application
        self._departure = departure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with one header more when that is due."""

        async def last(message: Message) -> None:
            if message["type"] == "http.response.start" and self._departure.begun:
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"connection"]
                message["headers"] = [*headers, (b"connection", b"close")]
            await send(message)

        await self._application(scope, receive, last if scope["type"] == ScopeType.HTTP else send)
