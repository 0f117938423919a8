"""What could not be done: jobs that were given up, and facts that could not be told and are put off again and again.

Both are letters that nobody took: seen, read, mended, sent once more or thrown away, within a workspace."""

import re
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from pgqueuer.domain.types import JobId

from alongside.jobs.payloads import Payloads
from alongside.jobs.queue import InTransaction, queries
from alongside.kit.errors import Conflict, Invalid, NotFound
from alongside.kit.paging import Page, decode_cursor, encode_cursor, page_of
from alongside.storage import Connection, fetch, fetch_optional

Kind = Literal["job", "fact"]
Order = Literal["-failed_at", "failed_at"]
PAYLOAD_LIMIT = 256 * 1024
"""Bytes of a payload's JSON that are taken at most."""
_FURTHEST = 2**63 - 1
_LETTER_ID = re.compile(r"(job|fact)-([0-9]{1,18})")


class Letter(msgspec.Struct, frozen=True):
    """A job or a fact as lists show it. `letter_id`: `job-17`, `fact-4`; `reason`: the type of the last error;
    `next_try_at`: facts go on being tried, dead jobs are not."""

    letter_id: str
    kind: Kind
    name: str
    attempts: int
    asked_at: datetime
    failed_at: datetime
    next_try_at: datetime | None
    reason: str


class Failure(msgspec.Struct, frozen=True):
    """One failed try, in the program's own words; for administrators, since it may quote what was in the payload."""

    at: datetime
    reason: str
    message: str
    trace: str


class Opened(msgspec.Struct, frozen=True):
    """A letter with what it carries and how its tries failed, the last one first."""

    letter: Letter
    payload: dict[str, Any]
    failures: list[Failure]


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Which letters to show."""

    kind: Kind | None = None
    name: str | None = None
    sort: Order = "-failed_at"
    cursor: str | None = None
    limit: int = 50


_LETTERS = """
    select 'job-' || j.id as letter_id, 'job' as kind, j.id, j.entrypoint as name, j.attempts + 1 as attempts,
           j.created as asked_at, j.updated as failed_at, null::timestamptz as next_try_at,
           coalesce(f.traceback ->> 'exception_type', '') as reason
      from job j
      left join lateral (
          select traceback from job_failure f where f.workspace_id = j.workspace_id and f.job_id = j.id
           order by f.id desc limit 1
      ) f on true
     where j.workspace_id = current_workspace() and j.status = 'failed'
    union all
    select 'fact-' || outbox_id, 'fact', outbox_id, type, attempts, created_at,
           coalesce(failed_at, created_at), not_before, coalesce(failure, '')
      from outbox where workspace_id = current_workspace() and attempts > 0
"""
_PAYLOADS = {
    "job": "select convert_from(payload, 'UTF8')::jsonb -> 'payload' from job"
    " where workspace_id = current_workspace() and id = $1 and status = 'failed'",
    "fact": "select payload from outbox where workspace_id = current_workspace() and outbox_id = $1 and attempts > 0",
}
_FAILURES = """
    select created as at, coalesce(traceback ->> 'exception_type', '') as reason,
           coalesce(traceback ->> 'exception_message', '') as message, coalesce(traceback ->> 'traceback', '') as trace
      from job_failure where workspace_id = current_workspace() and job_id = $1 order by id desc limit 10
"""
_FIX = {
    "job": "update job set payload = convert_to(jsonb_set(convert_from(payload, 'UTF8')::jsonb, '{payload}',"
    " $2::jsonb)::text, 'UTF8') where workspace_id = current_workspace() and id = $1 and status = 'failed'",
    "fact": "update outbox set payload = $2 where workspace_id = current_workspace() and outbox_id = $1"
    " and attempts > 0",
}
_DISCARD = {
    "job": "delete from job where workspace_id = current_workspace() and id = $1 and status = 'failed'",
    "fact": "delete from outbox where workspace_id = current_workspace() and outbox_id = $1 and attempts > 0",
}
_TELL_AGAIN = """
    update outbox set attempts = 0, failure = null, failed_at = null, not_before = now()
     where workspace_id = current_workspace() and outbox_id = $1 and attempts > 0
"""


async def listing(connection: Connection, query: Query) -> Page[Letter]:
    """A page of the workspace's letters. Raises Invalid for a cursor of another list."""
    compare, order = ("<", "desc") if query.sort == "-failed_at" else (">", "asc")
    rows = await fetch(
        connection,
        Letter,
        f"select * from ({_LETTERS}) l where ($1::text is null or kind = $1) and ($2::text is null or name = $2)"
        f" and (failed_at, kind, id) {compare} ($3, $4, $5)"
        f" order by failed_at {order}, kind {order}, id {order} limit $6",
        query.kind, query.name, *_place(query), query.limit + 1,
    )  # fmt: skip
    return page_of(
        rows, query.limit, lambda last: encode_cursor(query.sort, last.failed_at, *number_of(last.letter_id))
    )


def _place(query: Query) -> list[Any]:
    if query.cursor:
        return decode_cursor(query.cursor, query.sort, datetime, str, int)
    if query.sort == "-failed_at":
        return [datetime(9999, 1, 1, tzinfo=UTC), "~", _FURTHEST]
    return [datetime(1, 1, 2, tzinfo=UTC), "", 0]


def number_of(letter_id: str) -> tuple[Kind, int]:
    """`job-17` is job 17. Raises NotFound for what is no letter's id."""
    found = _LETTER_ID.fullmatch(letter_id)
    if found is None:
        raise _gone()
    return ("job" if found[1] == "job" else "fact"), int(found[2])


async def open_letter(connection: Connection, letter_id: str) -> Opened:
    """Read one. Raises NotFound."""
    kind, number = number_of(letter_id)
    letter = await fetch_optional(
        connection, Letter, f"select * from ({_LETTERS}) l where kind = $1 and id = $2", kind, number
    )
    if letter is None:
        raise _gone()
    payload = await connection.fetchval(_PAYLOADS[kind], number)
    failures = await fetch(connection, Failure, _FAILURES, number) if kind == "job" else []
    return Opened(letter, payload, failures)


async def fix(connection: Connection, payloads: Payloads, letter_id: str, payload: dict[str, Any]) -> Opened:
    """Give it another payload, if that is one that its job or its listeners understand; it is not tried by that.

    Raises NotFound, and Invalid, which names what does not fit."""
    letter = (await open_letter(connection, letter_id)).letter
    if len(msgspec.json.encode(payload)) > PAYLOAD_LIMIT:
        raise Invalid(message="The payload is too large.", hint=f"At most {PAYLOAD_LIMIT // 1024} KiB.")
    fitting = payloads.check(letter.kind, letter.name, payload)
    if await connection.execute(_FIX[letter.kind], number_of(letter_id)[1], fitting) != "UPDATE 1":
        raise _gone()
    return await open_letter(connection, letter_id)


async def replay(connection: Connection, letter_id: str) -> Letter:
    """Give it all its tries again, at once; gives what it was.

    Raises NotFound, and Conflict `waits_already` for a job of which another of the same key waits or runs."""
    letter = (await open_letter(connection, letter_id)).letter
    kind, number = number_of(letter_id)
    if kind == "fact":
        await connection.execute(_TELL_AGAIN, number)
        connection.ring_after_commit()
        return letter
    try:
        async with connection.savepoint():
            await connection.execute("select from job where id = $1 for update", number)
            await queries(InTransaction(connection)).requeue_jobs([JobId(number)])
    except Conflict as error:
        raise Conflict(
            "waits_already",
            "Another job of the same kind waits or runs in its place.",
            "Discard this one, or replay it when the other is done.",
        ) from error
    return letter


async def discard(connection: Connection, letter_id: str) -> Letter:
    """Throw it away; gives what it was. Raises NotFound."""
    letter = (await open_letter(connection, letter_id)).letter
    kind, number = number_of(letter_id)
    if await connection.execute(_DISCARD[kind], number) != "DELETE 1":
        raise _gone()
    return letter


def _gone() -> NotFound:
    return NotFound(
        message="There is no such dead job or fact.",
        hint="It was replayed, discarded or done meanwhile: load the list again.",
    )
