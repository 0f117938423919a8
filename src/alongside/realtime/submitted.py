"""A command that was begun the short way, until it is answered."""

from typing import Any, Protocol

from alongside.kit.errors import AlongsideError
from alongside.realtime import frames, protocol
from alongside.realtime.metrics import command_counter, command_timer
from alongside.realtime.refusals import error_frame, stable_code


class Submitter(Protocol):
    """The client, as its submitted commands see it."""

    def seconds_since(self, moment: float) -> float:
        """How long ago that was."""
        ...

    def settle(self, frame: frames.ServerFrame) -> None:
        """One is answered."""
        ...

    def take_back(self, request: protocol.Run) -> None:
        """One has to be run after all."""
        ...


class Submitted:
    """Is the `commands.Reply` of its command."""

    __slots__ = ("_client", "_request", "_started")

    def __init__(self, client: Submitter, request: protocol.Run, started: float) -> None:
        self._client = client
        self._request = request
        self._started = started

    def done(self, result: Any) -> None:
        """It is done."""
        self._count("done")
        self._client.settle(frames.Done(self._request.id, result))

    def failed(self, error: AlongsideError) -> None:
        """It is refused."""
        self._count(stable_code(error))
        self._client.settle(error_frame(self._request.id, error))

    def run_instead(self) -> None:
        """It has to be run after all."""
        self._client.take_back(self._request)

    def _count(self, outcome: str) -> None:
        name = self._request.name
        command_timer(name).observe(self._client.seconds_since(self._started))
        command_counter(name, outcome).inc()
