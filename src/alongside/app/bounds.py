"""How much one address, device, connection or workspace may do, as the settings say."""

from collections.abc import Collection

from alongside.kit.errors import Misconfigured
from alongside.kit.settings import Settings
from alongside.realtime.limits import Limits as SocketLimits
from alongside.realtime.quotas import NoQuotas, Quotas
from alongside.web.http_transport import PatientProtocol
from alongside.web.limits import RATES, UNLIMITED, Limits, Rate
from alongside.web.socket_admission import ConnectionLimits

BOUNDS: dict[str, int] = {
    name: getattr(SocketLimits(), name)
    for name in (
        "frame_bytes",
        "subscriptions",
        "waiting_requests",
        "outbox_bytes",
        "sockets_per_session",
        "sockets_per_person",
        "sockets_per_workspace",
    )
} | {
    "sockets_per_address": ConnectionLimits().per_address,
    "sockets": ConnectionLimits().altogether,
    "connections_per_address": PatientProtocol.per_address,
}
_UNBOUNDED = 1_000_000_000


def request_limits(settings: Settings) -> Limits:
    """The buckets of this node. Raises Misconfigured for a rate that there is not, or that lets nobody through."""
    return Limits(_rates(settings))


def _rates(settings: Settings) -> dict[str, Rate]:
    if not settings.rate_limits:
        return dict.fromkeys(RATES, UNLIMITED)
    for name, (burst, per_second) in settings.rates.items():
        _check(name, RATES, burst >= 1 and per_second > 0)
    return RATES | {name: Rate(*rate) for name, rate in settings.rates.items()}


def _bounds(settings: Settings) -> dict[str, int]:
    if not settings.rate_limits:
        return {name: most if name.endswith("_bytes") else _UNBOUNDED for name, most in BOUNDS.items()}
    for name, most in settings.bounds.items():
        _check(name, BOUNDS, most >= 1)
    return BOUNDS | settings.bounds


def _check(name: str, known: Collection[str], fits: bool) -> None:
    if name not in known:
        hint = "docs/operators.md lists them all under Limits."
        raise Misconfigured(message=f"There is no limit {name!r}.", hint=hint)
    if not fits:
        raise Misconfigured(
            message=f"The limit {name!r} lets nobody through.", hint="Give it more than zero."
        )


def quotas(settings: Settings, limits: Limits) -> Quotas:
    """What the sockets of one device, person, address and workspace share."""
    return limits if settings.rate_limits else NoQuotas()


def socket_limits(settings: Settings) -> SocketLimits:
    """The bounds of one socket, and how many there may be. Raises Misconfigured as `request_limits` does."""
    rates, bounds = _rates(settings), _bounds(settings)
    own = {name: most for name, most in bounds.items() if name in SocketLimits.__struct_fields__}
    frames = rates["frame"]
    return SocketLimits(
        command_burst=int(rates["command"].burst),
        commands_per_second=rates["command"].per_second,
        frame_burst=int(frames.burst),
        frames_per_second=frames.per_second,
        **own,
    )


def connection_limits(settings: Settings) -> ConnectionLimits:
    """How many sockets one address and all together may hold, and how often one may connect."""
    bounds = _bounds(settings)
    return ConnectionLimits(
        per_address=bounds["sockets_per_address"],
        altogether=bounds["sockets"],
        handshakes=_rates(settings)["handshake_address"],
    )


def http_limits(settings: Settings) -> tuple[int, Rate]:
    """How many HTTP connections one address may hold, sockets not counted, and how often it may open one."""
    return _bounds(settings)["connections_per_address"], _rates(settings)["connection_address"]
