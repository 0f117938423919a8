"""Devices: a browser or app that holds a token, and belongs to one person at a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from alongside.kit.errors import Unauthenticated
from alongside.kit.ids import token_hash, uuid7
from alongside.kit.tokens import fence_of, new_fenced_token
from alongside.people import device_store, person_store
from alongside.people.model import NewDevice, Visitor, Who, is_stale
from alongside.storage import Connection

TOKEN = "dev"


async def register(
    connection: Connection, workspace_id: UUID, now: datetime, user_agent: str = "", locale: str | None = None
) -> NewDevice:
    """A new device of a new, anonymous person. The token it gives is nowhere to be had again."""
    token, device_id, person_id = new_fenced_token(TOKEN, workspace_id), uuid7(), uuid7()
    await person_store.insert_person(connection, workspace_id, person_id, None, locale, now)
    await device_store.insert_device(
        connection, workspace_id, device_id, person_id, token_hash(token), user_agent[:400], locale, now
    )
    return NewDevice(token, device_id, Who(person_id, None, False))


def workspace_of(token: str) -> UUID:
    """The workspace in which a device token is to be looked up. Raises Unauthenticated for another shape."""
    workspace_id = fence_of(token, TOKEN)
    if workspace_id is None:
        raise unknown_device()
    return workspace_id


async def authenticate(connection: Connection, workspace_id: UUID, token: str) -> Visitor:
    """Whose token this is. Raises Unauthenticated if it is nobody's (any more)."""
    visitor = await device_store.visitor_by_token(connection, workspace_id, token_hash(token))
    if visitor is None:
        raise unknown_device()
    return visitor


async def authenticate_many(
    connection: Connection, workspace_id: UUID, tokens: Sequence[str]
) -> list[Visitor | None]:
    """Whose tokens these are, in their order; None for one that is nobody's (any more)."""
    hashes = [token_hash(token) for token in tokens]
    found = await device_store.visitors_by_tokens(connection, workspace_id, hashes)
    return [found.get(each) for each in hashes]


async def find(connection: Connection, workspace_id: UUID, device_id: UUID) -> Visitor | None:
    """Whom a device belongs to, unless it was forgotten."""
    return await device_store.visitor_by_device(connection, workspace_id, device_id)


async def seen(connection: Connection, visitor: Visitor, now: datetime) -> None:
    """Note that the device was here. Call it when `model.is_stale(visitor.seen_at, now)`; harmless otherwise."""
    if is_stale(visitor.seen_at, now):
        await device_store.mark_seen(connection, visitor.workspace_id, visitor.device_id, now)


async def many_seen(connection: Connection, visitors: Sequence[Visitor], now: datetime) -> None:
    """The same for many devices of one workspace."""
    stale = [visitor for visitor in visitors if is_stale(visitor.seen_at, now)]
    if stale:
        devices = [visitor.device_id for visitor in stale]
        await device_store.mark_many_seen(connection, stale[0].workspace_id, devices, now)


async def forget(connection: Connection, visitor: Visitor, now: datetime) -> None:
    """The device's token ends. What the person wrote stays theirs; the edge revokes live sockets."""
    await device_store.mark_forgotten(connection, visitor.workspace_id, visitor.device_id, now)


def unknown_device() -> Unauthenticated:
    """The error for a token that is nobody's."""
    return Unauthenticated(
        message="This device is not known (any more).",
        hint="Forget its token, read it again if another tab has changed it, or register the device anew.",
    )
