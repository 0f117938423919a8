"""The secrets with which a site signs identity tokens. Two may live at once, so that one can be replaced without
a moment in which neither works. Kept encrypted, since a signature can only be checked with the secret itself."""

import secrets
from datetime import datetime
from uuid import UUID

import msgspec

from alongside.kit.errors import Conflict, NotFound
from alongside.kit.ids import uuid7
from alongside.kit.secrets import SecretBox
from alongside.storage import Connection, fetch

MOST = 2


class IdentitySecret(msgspec.Struct, frozen=True):
    """A secret as a list shows it: not the secret."""

    identity_secret_id: UUID
    created_at: datetime
    retired_at: datetime | None


class NewIdentitySecret(msgspec.Struct, frozen=True):
    """A secret just made. `secret` is shown this once; the site's server signs with its UTF-8 bytes."""

    identity_secret_id: UUID
    secret: str
    created_at: datetime
    retired_at: datetime | None = None


class _Sealed(msgspec.Struct):
    identity_secret_id: UUID
    sealed: bytes


async def listing(connection: Connection, workspace_id: UUID) -> list[IdentitySecret]:
    """The secrets, the living first, the newest first."""
    sql = """
        select identity_secret_id, created_at, retired_at from identity_secret
         where workspace_id = $1 order by retired_at desc nulls first, created_at desc, identity_secret_id desc
    """
    return await fetch(connection, IdentitySecret, sql, workspace_id)


async def make(
    connection: Connection, workspace_id: UUID, box: SecretBox, now: datetime
) -> NewIdentitySecret:
    """A new secret of 256 random bits. Raises Conflict if two live already."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"secrets:{workspace_id.hex}"
    )
    if len(await fetch(connection, _Sealed, _LIVING, workspace_id)) >= MOST:
        raise Conflict("two_secrets", "Two identity secrets live already.", "Retire the older one first.")
    new = NewIdentitySecret(uuid7(), secrets.token_urlsafe(32), now)
    await connection.execute(
        "insert into identity_secret (workspace_id, identity_secret_id, sealed, created_at) values ($1, $2, $3, $4)",
        workspace_id, new.identity_secret_id, box.encrypt(new.secret.encode(), _context(new.identity_secret_id)), now,
    )  # fmt: skip
    return new


async def retire(connection: Connection, workspace_id: UUID, identity_secret_id: UUID, now: datetime) -> None:
    """Tokens signed with it are refused from now on. Raises NotFound if there is no such living secret."""
    status = await connection.execute(
        "update identity_secret set retired_at = $3"
        " where workspace_id = $1 and identity_secret_id = $2 and retired_at is null",
        workspace_id, identity_secret_id, now,
    )  # fmt: skip
    if status != "UPDATE 1":
        raise NotFound(message="There is no such secret, or it is retired.", hint="Load the list again.")


async def opened(connection: Connection, workspace_id: UUID, box: SecretBox) -> list[bytes]:
    """The living secrets themselves, for `identity_tokens.verify`. Raises Misconfigured if the server's key is not
    the one they were sealed with."""
    rows = await fetch(connection, _Sealed, _LIVING, workspace_id)
    return [box.decrypt(row.sealed, _context(row.identity_secret_id)) for row in rows]


_LIVING = """
    select identity_secret_id, sealed from identity_secret
     where workspace_id = $1 and retired_at is null order by created_at, identity_secret_id
"""


def _context(identity_secret_id: UUID) -> str:
    return f"identity_secret:{identity_secret_id}"
