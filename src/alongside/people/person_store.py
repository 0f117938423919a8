"""The tables `person` and `identity`: who there is, and by which identifiers we know them."""

from datetime import datetime
from uuid import UUID

import msgspec

from alongside.people.model import Identity, IdentityKind, PersonLine, Strength, Who
from alongside.storage import Connection, fetch, fetch_one, fetch_optional

LINE = """
    select p.person_id, p.name, p.locale, p.created_at,
           exists (select 1 from identity i where i.workspace_id = p.workspace_id and i.person_id = p.person_id
                   and i.kind = 'external' and i.strength in ('verified', 'confirmed')) as verified,
           (select i.value from identity i where i.workspace_id = p.workspace_id and i.person_id = p.person_id
             and i.kind = 'email' order by i.strength in ('verified', 'confirmed') desc, i.created_at desc limit 1)
             as email,
           (select i.value from identity i where i.workspace_id = p.workspace_id and i.person_id = p.person_id
             and i.kind = 'phone' order by i.strength in ('verified', 'confirmed') desc, i.created_at desc limit 1)
             as phone,
           p.seen_at
      from person p
"""


class Holder(msgspec.Struct, frozen=True):
    """Who holds a proven identifier."""

    identity_id: UUID
    person_id: UUID
    strength: Strength


async def insert_person(
    connection: Connection,
    workspace_id: UUID,
    person_id: UUID,
    name: str | None,
    locale: str | None,
    at: datetime,
) -> None:
    """A new person."""
    await connection.execute(
        "insert into person (workspace_id, person_id, name, locale, created_at, seen_at)"
        " values ($1, $2, $3, $4, $5, $5)",
        workspace_id, person_id, name, locale, at,
    )  # fmt: skip


async def set_name(connection: Connection, workspace_id: UUID, person_id: UUID, name: str) -> None:
    """The person is called that now."""
    await connection.execute(
        "update person set name = $3 where workspace_id = $1 and person_id = $2 and name is distinct from $3",
        workspace_id, person_id, name,
    )  # fmt: skip


async def lock_identifier(connection: Connection, workspace_id: UUID, kind: IdentityKind, value: str) -> None:
    """Nobody else decides whose identifier this is until this transaction ends. Take them in the order
    external, email, phone."""
    name = f"identity:{workspace_id.hex}:{kind}:{value}"
    await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", name)


async def holder(connection: Connection, workspace_id: UUID, kind: IdentityKind, value: str) -> Holder | None:
    """Who is proven to be behind an identifier, if anybody."""
    sql = """
        select identity_id, person_id, strength from identity
         where workspace_id = $1 and kind = $2 and value = $3 and strength in ('verified', 'confirmed')
    """
    return await fetch_optional(connection, Holder, sql, workspace_id, kind, value)


async def insert_identity(
    connection: Connection,
    workspace_id: UUID,
    identity_id: UUID,
    person_id: UUID,
    kind: IdentityKind,
    value: str,
    strength: Strength,
    source: str,
    at: datetime,
) -> None:
    """A new identifier of a person."""
    await connection.execute(
        "insert into identity (workspace_id, identity_id, person_id, kind, value, strength, source, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        workspace_id, identity_id, person_id, kind, value, strength, source, at,
    )  # fmt: skip


async def set_strength(
    connection: Connection, workspace_id: UUID, identity_id: UUID, strength: Strength
) -> None:
    """How strongly an identifier is known to be its person's."""
    await connection.execute(
        "update identity set strength = $3 where workspace_id = $1 and identity_id = $2",
        workspace_id, identity_id, strength,
    )  # fmt: skip


async def identities_of(connection: Connection, workspace_id: UUID, person_id: UUID) -> list[Identity]:
    """A person's identifiers, the oldest first."""
    sql = """
        select identity_id, kind, value, strength, source, created_at from identity
         where workspace_id = $1 and person_id = $2 order by created_at, identity_id
    """
    return await fetch(connection, Identity, sql, workspace_id, person_id)


async def line(connection: Connection, workspace_id: UUID, person_id: UUID) -> PersonLine | None:
    """A person as a list shows them."""
    sql = LINE + " where p.workspace_id = $1 and p.person_id = $2"
    return await fetch_optional(connection, PersonLine, sql, workspace_id, person_id)


async def who(connection: Connection, workspace_id: UUID, person_id: UUID) -> Who:
    """A person as they see themselves. The person exists."""
    sql = LINE + " where p.workspace_id = $1 and p.person_id = $2"
    return await fetch_one(
        connection, Who, f"select person_id, name, verified from ({sql}) w", workspace_id, person_id
    )
