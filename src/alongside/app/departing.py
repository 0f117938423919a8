"""uvicorn, saying where it serves, and leaving in an order in which nobody sees an error.

SIGTERM or Ctrl-C: `/ready` says no while everything is served (`drain_notice`); then no new connection is taken,
the sockets' clients are asked to go elsewhere, each with its commands answered and its outbox written, and requests
under way end (`drain_limit`). A second signal ends at once, which costs nothing that was acknowledged.
"""

import os
import signal
import socket
from collections.abc import Callable
from time import monotonic
from types import FrameType

import uvicorn

from alongside.kit.logs import logger
from alongside.realtime.hub import Hub
from alongside.web.departure import Departure

log = logger(__name__)
# A terminal and a parent often tell twice what they mean once.
SAME_SIGNAL_SECONDS = 0.5
# What the rooms may take to close after that, before the process is ended by the kernel.
CLOSING_SECONDS = 30


class DepartingServer(uvicorn.Server):
    """`ready` is called with the address as soon as it is served."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[str], None], hub: Hub, departure: Departure
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._hub = hub
        self._departure = departure
        self._told_at = 0.0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then announce the address that was really bound."""
        await super().startup(sockets=sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._ready(f"http://{host}:{port}")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal. uvicorn would raise it once more when it has ended, before the rooms are closed."""
        if not self.should_exit:
            self.should_exit = True
            self._told_at = monotonic()
        elif monotonic() - self._told_at > SAME_SIGNAL_SECONDS:
            os._exit(128 + sig)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Leave in order, and in bounded time whatever happens."""
        signal.alarm(round(self._departure.at_most) + CLOSING_SECONDS)
        log.info("leaving", connections=len(self._hub.lobby.peers()))
        await self._departure.begin()
        for server in self.servers:
            server.close()
        await self._hub.drain(self._departure.remaining())
        self.config.timeout_graceful_shutdown = round(self._departure.remaining())
        await super().shutdown(sockets)
