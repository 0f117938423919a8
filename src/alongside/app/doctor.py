"""`alongside doctor`: looks at everything a server would need and says in words what is wrong."""

from alongside.kit.settings import Settings, config_path
from alongside.storage.diagnosis import Finding, diagnose
from alongside.web.static_files import FOLDER

PAGES = ("desk/index.html", "widget/frame.html", "widget/loader.js")
HOME = ("127.0.0.1", "::1", "localhost")


async def examine(settings: Settings) -> list[Finding]:
    """Look at settings, front end, database and files; nothing is changed, a running server is not disturbed."""
    return [_settings(), _front_end(), _publicity(settings), *await diagnose(settings)]


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
