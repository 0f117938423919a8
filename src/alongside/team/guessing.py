"""Guessing passwords is made slow: per e-mail address typed, and per address on the network it comes from.

An attempt is noted as failed before the password is looked at and taken back if it was right, under a lock, so
a hundred attempts at once are a hundred attempts. What was typed is kept only as a keyed hash. An address
that nobody has is treated the same, so nothing is learnt from being slowed down.
"""

import hmac
import math
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from alongside.kit.errors import TooMany
from alongside.kit.ids import uuid7
from alongside.storage import Connection, fetch_one

WINDOW = timedelta(hours=1)
KEPT = timedelta(days=1)


class Pace(msgspec.Struct, frozen=True):
    """`free` failures in the window cost nothing; each further one doubles the wait, from `first` up to `longest`
    seconds."""

    free: int
    first: float
    longest: float

    def wait(self, failures: int) -> float:
        """Seconds from the last failure until the next attempt."""
        return (
            min(self.longest, self.first * 2.0 ** min(failures - self.free, 60))
            if failures >= self.free
            else 0
        )


PER_EMAIL = Pace(free=5, first=2, longest=300)
PER_ADDRESS = Pace(free=30, first=2, longest=900)


class _Failures(msgspec.Struct):
    of_email: int
    email_at: datetime | None
    of_address: int
    address_at: datetime | None


async def begin_attempt(
    connection: Connection, workspace_id: UUID, email: str, address: str, key: bytes, now: datetime
) -> UUID:
    """Let an attempt through and note it as failed; gives its id, for `succeeded`. Raises TooMany with the
    seconds to wait. `key`: 32 secret bytes. Commit before looking at the password."""
    email_hash, address_hash = _hash(key, "email", email), _hash(key, "address", address)
    for part in sorted((email_hash, address_hash)):
        await connection.execute("select pg_advisory_xact_lock($1)", int.from_bytes(part[:8], signed=True))
    failures = await _failures(connection, workspace_id, email_hash, address_hash, now - WINDOW)
    _check(failures, now)
    attempt = uuid7()
    await connection.execute(
        "insert into sign_in_failure (workspace_id, sign_in_failure_id, email_hash, address_hash, failed_at)"
        " values ($1, $2, $3, $4, $5)",
        workspace_id, attempt, email_hash, address_hash, now,
    )  # fmt: skip
    return attempt


async def succeeded(
    connection: Connection, workspace_id: UUID, attempt: UUID, email: str, key: bytes
) -> None:
    """The attempt was right: it, and earlier mistakes with this e-mail address, no longer count. Those of the
    network address do: who has one account must not gain free guesses at others."""
    await connection.execute(
        "delete from sign_in_failure where workspace_id = $1 and sign_in_failure_id = $2",
        workspace_id,
        attempt,
    )
    await connection.execute(
        "update sign_in_failure set email_hash = ''::bytea where workspace_id = $1 and email_hash = $2",
        workspace_id, _hash(key, "email", email),
    )  # fmt: skip


async def forget_old(connection: Connection, workspace_id: UUID, now: datetime) -> None:
    """Delete failures that no longer count."""
    await connection.execute(
        "delete from sign_in_failure where workspace_id = $1 and failed_at < $2", workspace_id, now - KEPT
    )


async def _failures(
    connection: Connection, workspace_id: UUID, email_hash: bytes, address_hash: bytes, since: datetime
) -> _Failures:
    sql = """
        select count(*) filter (where email_hash = $2)::int as of_email,
               max(failed_at) filter (where email_hash = $2) as email_at,
               count(*) filter (where address_hash = $3)::int as of_address,
               max(failed_at) filter (where address_hash = $3) as address_at
          from sign_in_failure
         where workspace_id = $1 and failed_at > $4 and (email_hash = $2 or address_hash = $3)
    """
    return await fetch_one(connection, _Failures, sql, workspace_id, email_hash, address_hash, since)


def _check(failures: _Failures, now: datetime) -> None:
    seconds = max(
        _left(PER_EMAIL, failures.of_email, failures.email_at, now),
        _left(PER_ADDRESS, failures.of_address, failures.address_at, now),
    )
    if seconds > 0:
        raise TooMany(
            message="Too many attempts to sign in.",
            hint=f"Wait {math.ceil(seconds)} seconds. Forgotten? An administrator can set a new password.",
            retry_after=seconds,
        )


def _left(pace: Pace, failures: int, last: datetime | None, now: datetime) -> float:
    return 0 if last is None else pace.wait(failures) - (now - last).total_seconds()


def _hash(key: bytes, kind: str, value: str) -> bytes:
    return hmac.digest(key, f"{kind}:{value}".encode(), "sha256")
