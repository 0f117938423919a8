"""Serve the rooms over HTTP and sockets until told to stop."""

import gc
import signal
import socket
from collections.abc import Callable

import uvicorn

from alongside.app.bounds import connection_limits, http_limits, quotas, socket_limits
from alongside.app.composition import open_rooms
from alongside.app.departing import DepartingServer
from alongside.kit.errors import Misconfigured
from alongside.kit.settings import Settings
from alongside.realtime.client import Entrance
from alongside.web.application import build_application
from alongside.web.connecting import SocketAuthenticator
from alongside.web.http_transport import http_protocol
from alongside.web.rooms import Rooms
from alongside.web.socket import SocketEndpoint
from alongside.web.socket_commands import SocketCommands
from alongside.web.socket_transport import UVICORN_OPTIONS, socket_protocol
from alongside.workspaces import directory, founding


async def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Open the rooms and serve them until told to end (`departing.py`); `ready` is called with the address once it
    answers.

    Raises Misconfigured when the address is taken, and whatever opening the rooms finds wrong."""
    listener = _bind(settings)
    with listener:
        async with open_rooms(settings) as rooms:
            await _greet_the_owner(rooms)
            endpoint = _socket(rooms)
            _collect_seldom()
            config = uvicorn.Config(
                build_application(rooms, endpoint),
                http=http_protocol(settings.trusted_proxies, *http_limits(settings)),
                ws=socket_protocol(endpoint, settings.socket_transport, settings.trusted_proxies),
                **UVICORN_OPTIONS,
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=list(settings.trusted_proxies),
            )
            await DepartingServer(config, ready, rooms.hub, rooms.departure).serve(sockets=[listener])
    signal.alarm(0)


def _collect_seldom() -> None:
    """What is there now stays: the collector need not look at it again, which would stop everything for tens of
    milliseconds. Connections and requests free what they hold by themselves; cycles are looked for now and then."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _socket(rooms: Rooms) -> SocketEndpoint:
    entrance = Entrance(
        rooms.hub,
        SocketCommands(rooms).registry(),
        SocketAuthenticator(rooms.database, rooms.clock),
        rooms.clock,
        socket_limits(rooms.settings),
        quotas=quotas(rooms.settings, rooms.limits),
    )
    return SocketEndpoint(entrance, rooms.settings.public_url, connection_limits(rooms.settings))


async def _greet_the_owner(rooms: Rooms) -> None:
    """On a fresh server: show the code that proves that whoever sets it up can read this terminal."""
    async with rooms.database.read(None) as connection:
        fresh = not await directory.exists(connection)
    if fresh:
        code = founding.setup_code(rooms.secrets.derive("setup"))
        print(f"Nothing is set up yet. Open /setup and enter the code {code}", flush=True)


def _bind(settings: Settings) -> socket.socket:
    """Take the address before anything is opened, so that a taken port costs nothing."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise Misconfigured(
            "address_taken",
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}.",
            "End what uses it, or choose another with --port.",
        ) from error
    return listener
