"""Which WebSocket protocol serves the socket on uvicorn's port, and how it is set up."""

from collections.abc import Sequence
from typing import Any, Literal

from alongside.web.socket import SocketEndpoint
from alongside.web.socket_picows import picows_protocol
from alongside.web.socket_sansio import SansioProtocol

Transport = Literal["picows", "sansio"]

UVICORN_OPTIONS: dict[str, Any] = {
    "ws_max_size": 1024 * 1024,
    "ws_per_message_deflate": False,
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
}


def socket_protocol(
    endpoint: SocketEndpoint, transport: Transport = "picows", trusted_proxies: Sequence[str] = ()
) -> type[Any]:
    """The class to give uvicorn as `ws`. `trusted_proxies`: whose word on a client's address counts."""
    return SansioProtocol if transport == "sansio" else picows_protocol(endpoint, trusted_proxies)
