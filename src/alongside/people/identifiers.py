"""Whose is an identifier: the rules by which a site's word makes and changes identities.

Only the site's own id (`external`) decides who somebody is. An e-mail address or a phone number that the site
has verified is proven to be theirs, but never merges two people: the site's newest word about it holds, and
whoever was said to have it before keeps it as a claim. What we confirmed ourselves no site's word takes away.
"""

from datetime import datetime
from uuid import UUID

from alongside.kit.ids import uuid7
from alongside.people import person_store
from alongside.people.identity_tokens import Claims
from alongside.people.model import PROVEN, Identity, IdentityKind, Strength
from alongside.storage import Connection

SITE = "site"


async def person_named(connection: Connection, workspace_id: UUID, claims: Claims, now: datetime) -> UUID:
    """The person that verified claims name, made if need be, with what the claims say about them."""
    await person_store.lock_identifier(connection, workspace_id, "external", claims.sub)
    holder = await person_store.holder(connection, workspace_id, "external", claims.sub)
    person_id = holder.person_id if holder else await _new_person(connection, workspace_id, claims, now)
    if claims.name:
        await person_store.set_name(connection, workspace_id, person_id, claims.name)
    if claims.email:
        await _say(connection, workspace_id, person_id, "email", claims.email, claims.email_verified, now)
    if claims.phone:
        await _say(connection, workspace_id, person_id, "phone", claims.phone, claims.phone_verified, now)
    return person_id


async def _new_person(connection: Connection, workspace_id: UUID, claims: Claims, now: datetime) -> UUID:
    person_id = uuid7()
    await person_store.insert_person(connection, workspace_id, person_id, claims.name, None, now)
    await person_store.insert_identity(
        connection, workspace_id, uuid7(), person_id, "external", claims.sub, "verified", SITE, now
    )
    return person_id


async def _say(
    connection: Connection,
    workspace_id: UUID,
    person_id: UUID,
    kind: IdentityKind,
    value: str,
    verified: bool,
    now: datetime,
) -> None:
    """The site says that this address is theirs, and whether it has verified that."""
    await person_store.lock_identifier(connection, workspace_id, kind, value)
    strength: Strength = "claimed"
    if verified and await _take_over(connection, workspace_id, person_id, kind, value):
        strength = "verified"
    known = await person_store.identities_of(connection, workspace_id, person_id)
    if strength == "verified":
        await _demote_older(connection, workspace_id, known, kind, value)
    await _note(connection, workspace_id, person_id, known, kind, value, strength, now)


async def _take_over(
    connection: Connection, workspace_id: UUID, person_id: UUID, kind: IdentityKind, value: str
) -> bool:
    """Whether it can be proven to be theirs; somebody else's proof by a site gives way."""
    holder = await person_store.holder(connection, workspace_id, kind, value)
    if holder is None or holder.person_id == person_id:
        return True
    if holder.strength == "confirmed":
        return False
    await person_store.set_strength(connection, workspace_id, holder.identity_id, "claimed")
    return True


async def _demote_older(
    connection: Connection, workspace_id: UUID, known: list[Identity], kind: IdentityKind, value: str
) -> None:
    """What the site verified before is not what it says now: that becomes a claim."""
    for old in known:
        if (old.kind, old.source, old.strength) == (kind, SITE, "verified") and old.value != value:
            await person_store.set_strength(connection, workspace_id, old.identity_id, "claimed")


async def _note(
    connection: Connection,
    workspace_id: UUID,
    person_id: UUID,
    known: list[Identity],
    kind: IdentityKind,
    value: str,
    strength: Strength,
    now: datetime,
) -> None:
    old = next((one for one in known if (one.kind, one.value) == (kind, value)), None)
    if old is None:
        await person_store.insert_identity(
            connection, workspace_id, uuid7(), person_id, kind, value, strength, SITE, now
        )
    elif strength in PROVEN and old.strength not in PROVEN:
        await person_store.set_strength(connection, workspace_id, old.identity_id, strength)
