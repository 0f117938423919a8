"""The team: who is in it, adding, changing and deactivating its members."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, Meta

from alongside.conversations import releasing
from alongside.kit.paging import Page
from alongside.realtime.revocations import Revocation
from alongside.storage import Connection
from alongside.team import agents, passwords, sessions
from alongside.team.agents import AgentChange, AgentOrder, AgentQuery, NewAgent
from alongside.team.model import Agent, Role, SignedIn
from alongside.web.errors import problems
from alongside.web.lists import Cursor, Limit, Search
from alongside.web.rooms import Rooms
from alongside.web.security import for_agents

READ, CHANGE = for_agents("team.read"), for_agents("team.change")


class AddAgent(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Somebody to be added. They can change the password you give them."""

    email: str
    name: str
    role: Role
    password: Annotated[str, Meta(max_length=1000)]
    locale: str | None = None


class ChangeAgent(AgentChange, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What is to change. `active: false` deactivates: every session of theirs ends."""


@get("/api/team", opt=READ, tags=["team"], responses=problems(401, 403, 422))
async def list_agents(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    q: Search = None,
    role: FromQuery[Role | None] = None,
    active: FromQuery[bool | None] = None,
    sort: FromQuery[AgentOrder] = "name",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Agent]:
    """The team, a page at a time. `q` is looked for in names and e-mail addresses; `active=true` leaves out those
    who were deactivated."""
    query = AgentQuery(q=q, role=role, active=active, sort=sort, cursor=cursor, limit=limit)
    async with rooms.database.read(agent.workspace_id) as connection:
        return await agents.listing(connection, agent.workspace_id, query)


@get("/api/team/{agent_id:uuid}", opt=READ, tags=["team"], responses=problems(401, 403, 404))
async def read_agent(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], agent_id: FromPath[UUID]
) -> Agent:
    """One member of the team."""
    async with rooms.database.read(agent.workspace_id) as connection:
        return await agents.find(connection, agent.workspace_id, agent_id)


@post("/api/team", opt=CHANGE, tags=["team"], responses=problems(400, 401, 403, 409, 422))
async def add_agent(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], data: JSONBody[AddAgent]
) -> Agent:
    """Add somebody to the team."""
    new = NewAgent(**msgspec.structs.asdict(data))
    passwords.check(new.password, agents.tidy_email(new.email))
    password_hash = await passwords.hashed(new.password)
    async with rooms.database.transaction(agent.workspace_id) as connection:
        added = await agents.add(
            connection, agent.workspace_id, agent.actor, new, password_hash, rooms.clock.now()
        )
        connection.after_commit(lambda: rooms.hub.touch(agent.workspace_id, ["team"]))
    return added


@patch(
    "/api/team/{agent_id:uuid}", opt=CHANGE, tags=["team"], responses=problems(400, 401, 403, 404, 409, 422)
)
async def change_agent(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    agent_id: FromPath[UUID],
    data: JSONBody[ChangeAgent],
) -> Agent:
    """Change a member of the team. Deactivating them or setting their password ends their sessions; a new role
    holds at once, also for open sockets. The last administrator stays one."""
    password_hash = await _new_password(rooms, agent.workspace_id, agent_id, data)
    async with rooms.database.transaction(agent.workspace_id) as connection:
        before, after = await agents.change(
            connection, agent.workspace_id, agent.actor, agent_id, data, password_hash, rooms.clock.now()
        )
        await _act_upon(rooms, connection, agent, before, after, password_hash is not None)
        connection.after_commit(lambda: rooms.hub.touch(agent.workspace_id, ["team"]))
    return after


async def _new_password(rooms: Rooms, workspace_id: UUID, agent_id: UUID, data: ChangeAgent) -> str | None:
    if data.password is UNSET:
        return None
    async with rooms.database.read(workspace_id) as connection:
        email = (await agents.find(connection, workspace_id, agent_id)).email
    passwords.check(data.password, email)
    return await passwords.hashed(data.password)


async def _act_upon(
    rooms: Rooms, connection: Connection, agent: SignedIn, before: Agent, after: Agent, new_password: bool
) -> None:
    """End what no longer stands: sessions, what open sockets were allowed, and having conversations. One's own
    present session stays."""
    workspace_id, own = agent.workspace_id, agent.agent_id == after.agent_id
    if after.deactivated_at or new_password:
        but = agent.agent_session_id if own and not after.deactivated_at else None
        for session_id in await sessions.end_all_of(
            connection, workspace_id, after.agent_id, rooms.clock.now(), but
        ):
            await rooms.hub.revoke_in(
                connection, Revocation(workspace_id=workspace_id, session_id=session_id)
            )
    if after.deactivated_at and not before.deactivated_at:
        await releasing.release(connection, rooms.journal, workspace_id, after.agent_id)
    if before.role != after.role:
        changed = Revocation(
            workspace_id=workspace_id,
            actor=agents.actor_of(after),
            code="changed",
            message="Your role has changed.",
            come_back=True,
        )
        await rooms.hub.revoke_in(connection, changed)


routes = [list_agents, read_agent, add_agent, change_agent]
