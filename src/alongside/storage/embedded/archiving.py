"""What a cluster needs so that its log can be archived; and what says that a restore did not come to its end."""

from pathlib import Path

from alongside.kit.errors import Misconfigured
from alongside.storage.embedded.account import Account
from alongside.storage.embedded.binaries import Binaries
from alongside.storage.embedded.places import Places

RESTORING = "restoring"
"""A file of this name lies in a data folder until its restore is complete."""
_LIBRARIES = ("lib", "lib/postgresql", "lib64/pgsql")


def can_archive(binaries: Binaries) -> bool:
    """Whether this PostgreSQL has its module basic_archive; some systems package it apart."""
    folders = (binaries.folder.parent / library for library in _LIBRARIES)
    return any(any(folder.glob("basic_archive.*")) for folder in folders)


def make_spool(places: Places, account: Account) -> None:
    """Make the folder into which PostgreSQL puts finished segments; only its user gets in."""
    places.spool.mkdir(exist_ok=True)
    account.own(places.spool)


def require_whole(data: Path) -> None:
    """Raises Misconfigured if a restore into this folder was cut off."""
    if (data / RESTORING).exists():
        raise Misconfigured(
            message=f"The restore into {data} was cut off.",
            hint="Delete that folder and restore again; the backups are untouched.",
        )
