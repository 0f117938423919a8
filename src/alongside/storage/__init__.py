"""PostgreSQL and files: the only room that knows a driver.

Others take a `Connection` out of `Database.transaction(workspace_id)` and read rows with `fetch`, `fetch_one` and
`fetch_optional`; what goes wrong reaches them as errors of the kit. `announce` puts a fact into the outbox of
the same transaction.
"""

from alongside.storage.connection import Connection
from alongside.storage.database import Database
from alongside.storage.files import FileStore
from alongside.storage.identity import installation_name
from alongside.storage.logins import Login, Logins, logins_of_url
from alongside.storage.outbox import announce
from alongside.storage.rows import fetch, fetch_one, fetch_optional, notify

__all__ = [
    "Connection",
    "Database",
    "FileStore",
    "Login",
    "Logins",
    "announce",
    "fetch",
    "fetch_one",
    "fetch_optional",
    "installation_name",
    "logins_of_url",
    "notify",
]
