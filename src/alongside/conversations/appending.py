"""The call of the database's `append_entries`: a batch of drafts in, what became of each out.

One draft alone goes by `append_entry`, which does the same for a fraction of a batch's fixed cost.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from alongside.conversations.model import Draft
from alongside.kit.errors import Invalid
from alongside.storage import Connection

Outcome = Literal[
    "stored", "duplicate", "missing", "forbidden", "conflict", "closed", "not_holding", "not_joined"
]

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_APPEND = """
    select outcome, seq, at from append_entries(
        $1, $2, $3, $4, $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::uuid[], $11::text[])
"""

_APPEND_ONE = """
    select outcome, seq, at from append_entry(
        $1, $2, $3, $4, $5::uuid, $6::uuid, $7::text, $8::text, $9::text, $10::uuid, $11::text)
"""


class Judged(NamedTuple):
    """What became of one draft; `seq` and `at` if it is stored, now or since an earlier try."""

    outcome: Outcome
    seq: int
    at: datetime


class Written(NamedTuple):
    """A draft and its body as JSON."""

    draft: Draft
    body: str


def write(draft: Draft) -> Written:
    """Write the body down. Invalid if it holds what PostgreSQL cannot keep (NUL, half a surrogate pair)."""
    try:
        body = msgspec.json.encode(draft.body)
    except UnicodeEncodeError:
        raise _unfit() from None
    if b"\\u0000" in body and _NUL.search(body):
        raise _unfit()
    return Written(draft, body.decode())


def _unfit() -> Invalid:
    return Invalid(
        message="The text has characters that cannot be stored.", hint="Leave out NUL and lone surrogates."
    )


async def append_entries(
    connection: Connection,
    workspace_id: UUID,
    batch: Sequence[Written],
    *,
    channel: str,
    node: str,
    trusted: bool,
    timeout: float | None = None,  # noqa: ASYNC109  the driver's own, which also gives the connection up
) -> list[Judged]:
    """Store what can be stored of a batch and tell other nodes on the channel ('' for none). One round trip;
    a transaction of its own if the connection is in none. What comes back is in the order of the batch.

    Raises Unavailable if there is no answer for `timeout` seconds: it may be stored then, or not."""
    if len(batch) == 1:
        return [await _append_one(connection, workspace_id, batch[0], channel, node, trusted, timeout)]
    drafts = [written.draft for written in batch]
    rows = await connection.fetch(
        _APPEND,
        workspace_id,
        channel,
        node,
        trusted,
        [draft.conversation_id for draft in drafts],
        [draft.entry_id for draft in drafts],
        [draft.kind for draft in drafts],
        [draft.audience for draft in drafts],
        [draft.author.kind for draft in drafts],
        [draft.author.id for draft in drafts],
        [written.body for written in batch],
        timeout=timeout,
    )
    return [Judged(row[0], row[1], row[2]) for row in rows]


async def _append_one(
    connection: Connection,
    workspace_id: UUID,
    written: Written,
    channel: str,
    node: str,
    trusted: bool,
    timeout: float | None,  # noqa: ASYNC109
) -> Judged:
    draft = written.draft
    row = await connection.fetchrow(
        _APPEND_ONE,
        workspace_id,
        channel,
        node,
        trusted,
        draft.conversation_id,
        draft.entry_id,
        draft.kind,
        draft.audience,
        draft.author.kind,
        draft.author.id,
        written.body,
        timeout=timeout,
    )
    assert row is not None
    return Judged(row[0], row[1], row[2])
