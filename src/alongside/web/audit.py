"""Who did what that matters."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from alongside.kit.paging import Page
from alongside.team import audit
from alongside.team.audit import AuditEntry, AuditQuery, Order
from alongside.team.model import SignedIn
from alongside.web.errors import problems
from alongside.web.lists import Cursor, Limit, Moment, moment
from alongside.web.rooms import Rooms
from alongside.web.security import for_agents

Action = Annotated[
    str | None, QueryParameter(max_length=80, description="`agent.added`, or `agent.` for all of a kind.")
]


@get("/api/audit", opt=for_agents("audit.read"), tags=["audit"], responses=problems(401, 403, 422))
async def list_audit(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    actor_id: FromQuery[UUID | None] = None,
    action: Action = None,
    subject_id: FromQuery[UUID | None] = None,
    since: Moment = None,
    until: Moment = None,
    sort: FromQuery[Order] = "-at",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AuditEntry]:
    """What was done, the latest first, a page at a time. `since` is inclusive, `until` is not."""
    query = AuditQuery(
        actor_id=actor_id,
        action=action,
        subject_id=subject_id,
        since=moment(since, "since"),
        until=moment(until, "until"),
        sort=sort,
        cursor=cursor,
        limit=limit,
    )
    async with rooms.database.read(agent.workspace_id) as connection:
        return await audit.listing(connection, agent.workspace_id, query)


routes = [list_audit]
