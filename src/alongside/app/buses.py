"""Which bus the settings ask for."""

from typing import Literal

from alongside.kit.settings import Settings, revealed
from alongside.realtime.bus import Bus
from alongside.realtime.memory import MemoryBus
from alongside.realtime.nats_address import nats_address
from alongside.realtime.nats_bus import NatsBus
from alongside.realtime.notify import NotifyBus
from alongside.storage import Database


def chosen_bus(settings: Settings) -> Literal["memory", "notify", "nats"]:
    """What `auto` comes to."""
    if settings.bus != "auto":
        return settings.bus
    if settings.nats_url:
        return "nats"
    return "notify" if settings.database_url else "memory"


def make_bus(settings: Settings, database: Database) -> Bus:
    """This server's end of it, not started. Raises Misconfigured for a NATS URL that is none."""
    chosen = chosen_bus(settings)
    if chosen == "nats":
        return NatsBus(database, nats_address(revealed(settings.nats_url) or ""))
    return NotifyBus(database) if chosen == "notify" else MemoryBus()
