"""A site says who its visitor is: the device's anonymous person joins them, or the device changes hands.

An anonymous person joins the person that the token names. A device that belongs to somebody else already is
being used by another now: it changes hands, and nothing is merged. Both give the device a new token, so that
nobody who copied the old one gains what the visitor gains by signing in.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from alongside.kit.ids import token_hash
from alongside.kit.tokens import new_fenced_token
from alongside.people import device_store, identifiers, join_store, joining, person_store
from alongside.people.devices import TOKEN, unknown_device
from alongside.people.identity_tokens import Claims, refused
from alongside.people.model import Join, Visitor, Who
from alongside.storage import Connection


class Identified(msgspec.Struct, frozen=True):
    """What came of it. `token`: the device's new one, if it changed. `previous`: whose device it was, if that
    changed; the edge then revokes the device's live sockets. `join`: the edge that was made, if one was."""

    person: Who
    device_id: UUID
    token: str | None
    previous: UUID | None
    join: Join | None


async def identify(
    connection: Connection, workspace_id: UUID, device_token: str, jwt: str, claims: Claims, now: datetime
) -> Identified:
    """Believe verified claims (see identity_tokens.verify). Raises Unauthenticated for an unknown device, Invalid
    for a token that was used before. The same device may repeat the same token: it gets the same answer, also
    if it never heard the first one and still has the device token it had before."""
    presented, jwt_hash = token_hash(device_token), token_hash(jwt)
    visitor = await _presenter(connection, workspace_id, presented, jwt_hash, now)
    person_id = await identifiers.person_named(connection, workspace_id, claims, now)
    first = await join_store.use_token(
        connection, workspace_id, claims.jti, claims.expires_at, visitor.device_id, jwt_hash, presented
    )
    if not first:
        await _check_repeated(connection, visitor, person_id, claims, jwt_hash)
    return await _belongs(connection, visitor, person_id, presented, now)


async def _presenter(
    connection: Connection, workspace_id: UUID, presented: bytes, jwt_hash: bytes, now: datetime
) -> Visitor:
    """Whose device this is, locked. A device that did not hear its new token is known by what it presented."""
    device_id = await device_store.lock_by_token(connection, workspace_id, presented)
    if device_id is None:
        device_id = await join_store.device_that_presented(connection, workspace_id, presented, jwt_hash, now)
    if device_id is None:
        raise unknown_device()
    await device_store.lock_device(connection, workspace_id, device_id)
    visitor = await device_store.visitor_by_device(connection, workspace_id, device_id)
    if visitor is None:
        raise unknown_device()
    return visitor


async def _check_repeated(
    connection: Connection, visitor: Visitor, person_id: UUID, claims: Claims, jwt_hash: bytes
) -> None:
    """A used token is good only as a repetition: same device, same token, and nobody came between."""
    use = await join_store.use_of(connection, visitor.workspace_id, claims.jti)
    same = use is not None and use.device_id == visitor.device_id and use.jwt_hash == jwt_hash
    if not same or visitor.person_id != person_id:
        raise refused("was used before", "Make a new one, with a new `jti`, for each page.", "jti")


async def _belongs(
    connection: Connection, visitor: Visitor, person_id: UUID, presented: bytes, now: datetime
) -> Identified:
    """The device is that person's from now on; it gets a new token if it was not, or has not heard of it."""
    workspace_id, device_id = visitor.workspace_id, visitor.device_id
    changed = visitor.person_id != person_id
    join = (
        await joining.join(connection, visitor, person_id, now) if changed and not visitor.verified else None
    )
    token = None
    if changed or not await device_store.has_token(connection, workspace_id, device_id, presented):
        token = new_fenced_token(TOKEN, workspace_id)
        await device_store.give_device(connection, workspace_id, device_id, person_id, token_hash(token))
    person = await person_store.who(connection, workspace_id, person_id)
    return Identified(person, device_id, token, visitor.person_id if changed else None, join)
