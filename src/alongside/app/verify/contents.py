"""Uploaded files, read: is the content of every row there, and is it what it was?"""

import hashlib
from uuid import UUID

from alongside.app.verify.check import Flaw
from alongside.kit.errors import NotFound
from alongside.storage import Connection, FileStore
from alongside.storage.backup.copying import Progress

_PAGE = 1000
_NEXT = """
    select sha256, max(size) as size from file where workspace_id = $1 and sha256 > $2
     group by sha256 order by sha256 limit $3
"""


async def flaws(
    connection: Connection, files: FileStore, workspace_id: UUID, workspace: str, progress: Progress
) -> list[Flaw]:
    """Read the content of every file of the workspace that the connection is in."""
    lost = Flaw("file_lost", "the content of a file is not there", workspace)
    changed = Flaw("file_changed", "the content of a file is not what it was", workspace)
    last, done = b"", 0
    altogether = await connection.fetchval(
        "select count(distinct sha256) from file where workspace_id = $1", workspace_id
    )
    while rows := await connection.fetch(_NEXT, workspace_id, last, _PAGE):
        for row in rows:
            await _read(files, workspace_id, row["sha256"], row["size"], lost, changed)
            done += 1
            progress("reading files", done, altogether)
        last = rows[-1]["sha256"]
    return [flaw for flaw in (lost, changed) if flaw.count]


async def _read(
    files: FileStore, workspace_id: UUID, sha256: bytes, size: int, lost: Flaw, changed: Flaw
) -> None:
    digest, count = hashlib.sha256(), 0
    try:
        async for piece in files.open(workspace_id, sha256):
            digest.update(piece)
            count += len(piece)
    except NotFound:
        lost.add(sha256.hex())
    else:
        if (digest.digest(), count) != (sha256, size):
            changed.add(sha256.hex())
