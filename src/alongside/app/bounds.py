"""How much one address, device or connection may do, as the settings say."""

from alongside.kit.settings import Settings
from alongside.realtime.limits import Limits as SocketLimits
from alongside.web.limits import RATES, Limits, Rate
from alongside.web.socket_admission import ConnectionLimits

_UNBOUNDED = 1_000_000_000


def request_limits(settings: Settings) -> Limits:
    """The buckets for HTTP requests."""
    if settings.rate_limits:
        return Limits()
    return Limits({name: Rate(_UNBOUNDED, _UNBOUNDED) for name in RATES})


def socket_limits(settings: Settings) -> SocketLimits:
    """The bounds of one socket."""
    if settings.rate_limits:
        return SocketLimits()
    return SocketLimits(
        subscriptions=20_000,
        commands_per_second=_UNBOUNDED,
        command_burst=_UNBOUNDED,
        frames_per_second=_UNBOUNDED,
        frame_burst=_UNBOUNDED,
        waiting_requests=20_000,
    )


def connection_limits(settings: Settings) -> ConnectionLimits:
    """How many sockets one address and all together may hold."""
    if settings.rate_limits:
        return ConnectionLimits()
    return ConnectionLimits(per_address=_UNBOUNDED, altogether=_UNBOUNDED)
