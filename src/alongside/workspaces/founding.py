"""The first workspace of a fresh installation, and the code that proves that its owner is making it.

Anybody who reaches a fresh server first could make themselves its administrator. Loopback proves nothing behind
a proxy, and servers are set up from elsewhere; so the server shows a code in its terminal, and only who can read
that may go on. The code follows from the server's key: all nodes show the same, it survives a restart, and it is
worth nothing once there is a workspace. docs/decisions/0010 says more.
"""

import base64
import hmac
from datetime import datetime
from uuid import UUID

from alongside.kit.errors import Conflict, Forbidden
from alongside.kit.ids import same_secret, uuid7
from alongside.storage import Connection, announce
from alongside.workspaces import directory, store
from alongside.workspaces.events import WorkspaceFounded
from alongside.workspaces.model import Workspace, tidy_locale, tidy_name, tidy_slug
from alongside.workspaces.store import Inbox

_LOCK = 0x666F756E64  # "found"
COLOUR = "#0b6e4f"
CONCIERGE = "Concierge"
WEBSITE = "Website"
GREETING = {
    "en": "Hello! What can I do for you?",
    "de": "Hallo! Was kann ich für Sie tun?",
}


def setup_code(key: bytes) -> str:
    """The code to show in the terminal: 16 letters and digits in groups of four, 80 bits.
    `key`: the server's key for this purpose, `SecretBox.derive("setup")`."""
    letters = base64.b32encode(hmac.digest(key, b"setup code", "sha256"))[:16].decode()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def check_code(key: bytes, typed: str) -> None:
    """Raises Forbidden unless this is the code, however it is spaced."""
    plain = "".join(c for c in typed.upper() if c.isalnum())
    if not same_secret(plain.encode(), setup_code(key).replace("-", "").encode()):
        raise Forbidden(
            "wrong_setup_code",
            "This is not the setup code.",
            "It stands in the terminal or log where the server was started.",
            {"code": "wrong"},
        )


async def found_first(
    connection: Connection, workspace_id: UUID, slug: str, name: str, locale: str, now: datetime
) -> Workspace:
    """Make the first workspace, as `found`. The transaction is in `workspace_id`, a new id. Raises Conflict if
    there is a workspace already, also when two try at the same moment."""
    await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
    if await directory.exists(connection):
        raise already_set_up()
    return await found(connection, workspace_id, slug, name, locale, now)


async def found(
    connection: Connection, workspace_id: UUID, slug: str, name: str, locale: str, now: datetime
) -> Workspace:
    """Make a workspace with an inbox for its website. The transaction is in `workspace_id`. Raises Invalid, or
    Conflict if the slug is taken."""
    workspace = Workspace(
        workspace_id,
        tidy_slug(slug),
        tidy_name(name),
        tidy_locale(locale),
        COLOUR,
        [],
        CONCIERGE,
        GREETING,
        now,
    )
    await store.insert_workspace(connection, workspace)
    await store.insert_inbox(connection, workspace_id, Inbox(uuid7(), "web", WEBSITE, now))
    await announce(connection, WorkspaceFounded(workspace_id=workspace_id))
    return workspace


def already_set_up() -> Conflict:
    """The error once there is a workspace."""
    return Conflict("already_set_up", "This server is set up.", "Sign in at /desk.")
