"""Which installation this is, for what several installations may share."""

import hashlib

from alongside.storage.connection import Connection

_WHO = "select system_identifier::text || '/' || current_database() from pg_control_system()"


async def installation_name(connection: Connection) -> str:
    """16 hexadecimal digits: the same for all servers of one database, others for another. A clone of the whole
    cluster (a base backup started elsewhere) has the same, and has to be told apart by hand."""
    who = str(await connection.fetchval(_WHO))
    return hashlib.sha256(who.encode()).hexdigest()[:16]
