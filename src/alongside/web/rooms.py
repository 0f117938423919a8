"""The rooms as the edge finds them: put together once by `app`, handed to every request and socket."""

from dataclasses import dataclass, field

from alongside.conversations.journal import Journal
from alongside.jobs import Payloads
from alongside.kit.clock import Clock
from alongside.kit.secrets import SecretBox
from alongside.kit.settings import Settings
from alongside.realtime.bus import Bus
from alongside.realtime.hub import Hub
from alongside.storage import Database, FileStore
from alongside.web.departure import Departure
from alongside.web.limits import Limits
from alongside.web.uploading import Uploading


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything that an edge may ask for. Nothing here is looked up by name or hidden in a context."""

    settings: Settings
    clock: Clock
    secrets: SecretBox
    database: Database
    files: FileStore
    bus: Bus
    hub: Hub
    journal: Journal
    limits: Limits
    uploading: Uploading
    payloads: Payloads = field(default_factory=Payloads)
    departure: Departure = field(default_factory=Departure)
