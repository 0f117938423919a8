"""How much one connection may do, and how many of them there may be."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one connection, and of the connections of one session, person and workspace. Sizes in bytes, times in
    seconds."""

    frame_bytes: int = 64 * 1024
    subscriptions: int = 200
    commands_per_second: float = 20.0
    command_burst: int = 60
    frames_per_second: float = 50.0
    frame_burst: int = 300
    waiting_requests: int = 300
    strikes: int = 50
    early_returns: int = 300
    hello_seconds: float = 10.0
    heartbeat_seconds: float = 30.0
    silence_seconds: float = 120.0
    outbox_bytes: int = 1024 * 1024
    typing_seconds: float = 6.0
    sockets_per_session: int = 20
    sockets_per_person: int = 60
    sockets_per_workspace: int = 10_000
