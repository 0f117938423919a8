"""The table `loose_content`, and who refers to content."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from alongside.storage import Connection


async def note(connection: Connection, workspace_id: UUID, sha256: bytes) -> None:
    """This content may be nobody's from now on."""
    await connection.execute(
        "insert into loose_content (workspace_id, sha256) values ($1, $2)"
        " on conflict (workspace_id, sha256) do update set noted_at = now()",
        workspace_id,
        sha256,
    )


async def noted(connection: Connection, workspace_id: UUID, before: datetime, most: int) -> Sequence[bytes]:
    """What was noted before that moment, the oldest first."""
    rows = await connection.fetch(
        "select sha256 from loose_content where workspace_id = $1 and noted_at < $2 order by noted_at limit $3",
        workspace_id,
        before,
        most,
    )
    return [row["sha256"] for row in rows]


async def lock(connection: Connection, workspace_id: UUID, sha256: bytes) -> None:
    """Nobody else refers to this content or takes it away until the transaction ends."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended($1::uuid::text || encode($2::bytea, 'hex'), 0))",
        workspace_id,
        sha256,
    )


async def is_somebodys(connection: Connection, workspace_id: UUID, sha256: bytes) -> bool:
    """Whether a file has this content."""
    return bool(
        await connection.fetchval(
            "select exists (select from file where workspace_id = $1 and sha256 = $2)", workspace_id, sha256
        )
    )


async def forget(connection: Connection, workspace_id: UUID, sha256: bytes) -> None:
    """It is known whose it is, or it is gone."""
    await connection.execute(
        "delete from loose_content where workspace_id = $1 and sha256 = $2", workspace_id, sha256
    )
