"""Unanswered: where a person has the last word and the concierge holds the conversation."""

from collections.abc import Collection
from uuid import UUID

from alongside.storage import Connection


async def by_the_concierge(
    connection: Connection, workspace_id: UUID, conversation_ids: Collection[UUID]
) -> list[UUID]:
    """Those of the conversations that are open, held by the concierge, and in which a person spoke last."""
    rows = await connection.fetch(
        "select conversation_id from conversation where workspace_id = $1 and conversation_id = any ($2::uuid[])"
        " and held_by = 'concierge' and status = 'open' and preview_author = 'person'",
        workspace_id, list(conversation_ids),
    )  # fmt: skip
    return [row["conversation_id"] for row in rows]
