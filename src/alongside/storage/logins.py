"""The three ways into PostgreSQL, each with no more rights than it needs."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from alongside.kit.errors import Misconfigured


@dataclass(frozen=True)
class Login:
    """A connection URL, and the role to take on after connecting if it is another than the URL's user."""

    url: str
    role: str | None

    def __repr__(self) -> str:
        return f"Login(role={self.role!r})"


@dataclass(frozen=True)
class Logins:
    """`owner` changes tables, `server` reads and writes rows behind the workspaces' fence, `jobs` takes jobs."""

    owner: Login
    server: Login
    jobs: Login


def logins_of_url(database_url: str, migration_url: str | None = None) -> Logins:
    """The ways into a PostgreSQL of the user's own: one login (or two) that takes on our roles."""
    for url in filter(None, (database_url, migration_url)):
        if not url.startswith(("postgresql://", "postgres://")):
            raise Misconfigured(
                message="The database URL is not one of PostgreSQL.",
                hint="It looks like postgresql://user:password@host:5432/database.",
            )
    return Logins(
        Login(migration_url or database_url, None),
        Login(database_url, "alongside_server"),
        Login(database_url, "alongside_jobs"),
    )


def socket_url(folder: Path, user: str, database: str) -> str:
    """A URL for the socket in this folder, whatever characters its path has; psql understands it too."""
    return f"postgresql://{user}@/{quote(database, safe='')}?host={quote(str(folder), safe='/')}"
