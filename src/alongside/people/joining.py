"""An anonymous visitor turned out to be a person. An edge between the two, so that it can be undone exactly."""

from datetime import datetime
from uuid import UUID

from alongside.kit.errors import NotFound
from alongside.kit.ids import uuid7
from alongside.people import device_store, join_store
from alongside.people.events import JoinUndone, PersonJoined
from alongside.people.model import Join, Visitor
from alongside.storage import Connection, announce


async def join(connection: Connection, visitor: Visitor, person_id: UUID, now: datetime) -> Join:
    """The visitor's anonymous person joins this person. The device is moved by who calls."""
    edge = Join(uuid7(), visitor.person_id, person_id, visitor.device_id, now)
    await join_store.insert_join(connection, visitor.workspace_id, edge)
    await announce(
        connection,
        PersonJoined(
            person_join_id=edge.person_join_id,
            anonymous_person_id=edge.anonymous_person_id,
            person_id=person_id,
            device_id=edge.device_id,
        ),
    )
    return edge


async def undo(connection: Connection, workspace_id: UUID, person_join_id: UUID, now: datetime) -> Join:
    """They are two again: the device goes back, unless it has changed hands since. The edge gives back the
    conversations and revokes the device's sockets. Raises NotFound if there is no such living join."""
    edge = await join_store.undo_join(connection, workspace_id, person_join_id, now)
    if edge is None:
        raise NotFound(
            message="There is no such join, or it was undone before.", hint="Load the person again."
        )
    await device_store.give_back_device(
        connection, workspace_id, edge.device_id, edge.person_id, edge.anonymous_person_id
    )
    await announce(
        connection,
        JoinUndone(
            person_join_id=edge.person_join_id,
            anonymous_person_id=edge.anonymous_person_id,
            person_id=edge.person_id,
            device_id=edge.device_id,
        ),
    )
    return edge
