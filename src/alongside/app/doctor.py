"""`alongside doctor`: looks at everything a server would need and says in words what is wrong."""

from alongside.app import care
from alongside.app.buses import chosen_bus
from alongside.kit.errors import Misconfigured
from alongside.kit.settings import Settings, config_path, revealed
from alongside.realtime.nats_address import nats_address
from alongside.realtime.nats_line import answers
from alongside.storage.diagnosis import Finding, diagnose
from alongside.web.static_files import FOLDER

PAGES = ("desk/index.html", "widget/frame.html", "widget/loader.js")
HOME = ("127.0.0.1", "::1", "localhost")


async def examine(settings: Settings) -> list[Finding]:
    """Look at settings, front end, database and files; nothing is changed, a running server is not disturbed."""
    return [
        _settings(),
        _front_end(),
        _publicity(settings),
        await _bus(settings),
        *await diagnose(settings),
        *await care.findings(settings),
    ]


def _settings() -> Finding:
    path = config_path()
    told = (
        f"Read from {path} and the environment." if path else "Read from the environment; there is no file."
    )
    return Finding("settings", "ok", told)


def _front_end() -> Finding:
    missing = [page for page in PAGES if not (FOLDER / page).is_file()]
    if missing:
        return Finding("front end", "error", f"It is not built: {', '.join(missing)}.", "Run bin/setup.")
    return Finding("front end", "ok", "It is built.")


def _publicity(settings: Settings) -> Finding:
    if settings.host in HOME or settings.public_url.startswith("https://"):
        return Finding("encryption", "ok", "Nothing crosses a network unencrypted.")
    return Finding(
        "encryption",
        "warning",
        f"It listens on {settings.host} without a public_url of https://: passwords would cross the network readable.",
        "Put a proxy with TLS before it and set ALONGSIDE_PUBLIC_URL.",
    )


async def _bus(settings: Settings) -> Finding:
    chosen = chosen_bus(settings)
    if chosen == "nats":
        return await _nats(revealed(settings.nats_url) or "")
    if chosen == "notify":
        return Finding("bus", "ok", "Several servers tell each other what happens through PostgreSQL.")
    if not settings.database_url:
        return Finding("bus", "ok", "One server is alone with its own database.")
    return Finding(
        "bus",
        "warning",
        "Of several servers on this database none would hear of the others (ALONGSIDE_BUS=memory).",
        "Unset ALONGSIDE_BUS, unless there will only ever be one.",
    )


async def _nats(url: str) -> Finding:
    try:
        address = nats_address(url)
    except Misconfigured as error:
        return Finding("bus", "error", error.message, error.hint)
    if await answers(address):
        return Finding("bus", "ok", f"NATS answers at {', '.join(address.servers)}.")
    return Finding(
        "bus",
        "warning",
        f"NATS does not answer, or does not let us in: {', '.join(address.servers)}.",
        "Start it or correct ALONGSIDE_NATS_URL; until then the servers speak through PostgreSQL.",
    )
