"""First run: the first workspace and its first administrator, by whoever can read the server's terminal."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from alongside.kit.actors import SYSTEM
from alongside.kit.ids import uuid7
from alongside.team import agents, audit, passwords, sessions
from alongside.team.agents import NewAgent
from alongside.team.model import NewSession
from alongside.web.cookies import session_cookie
from alongside.web.errors import problems
from alongside.web.limits import network_of
from alongside.web.rooms import Rooms
from alongside.web.security import FOR_ALL
from alongside.web.session import Me, me_of
from alongside.workspaces import directory, founding, model


class SetupState(msgspec.Struct, frozen=True):
    """Whether there is anything to set up, and whether that needs the code from the terminal (it does)."""

    needed: bool
    code_required: bool = True


class Setup(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The first workspace and its first administrator. `code` stands in the terminal where the server started."""

    workspace_name: str
    workspace_slug: str
    name: str
    email: str
    password: Annotated[str, Meta(max_length=1000)]
    locale: str = "en"
    code: Annotated[str, Meta(max_length=100)] = ""


@get("/api/setup", opt=FOR_ALL, tags=["setup"])
async def read_setup(rooms: NamedDependency[Rooms]) -> SetupState:
    """Whether this server is still to be set up."""
    async with rooms.database.read(None) as connection:
        return SetupState(needed=not await directory.exists(connection))


@post("/api/setup", opt=FOR_ALL, tags=["setup"], responses=problems(400, 403, 409, 422, 429))
async def set_up(
    request: Request[Any, Any, Any], rooms: NamedDependency[Rooms], data: JSONBody[Setup]
) -> Response[Me]:
    """Make the first workspace, its inbox `Website` and its first administrator, and sign them in. Once there is a
    workspace this is 409 `already_set_up`, also for the slower of two who try at once."""
    rooms.limits.spend("setup", network_of(request.client.host if request.client else None))
    await _check(rooms, data)
    password_hash = await passwords.hashed(data.password)
    session = await _found(rooms, data, password_hash, request.headers.get("user-agent", ""))
    cookie = session_cookie(request, rooms, session.token)
    return Response(me_of(session.signed_in), status_code=201, cookies=[cookie])


async def _check(rooms: Rooms, data: Setup) -> None:
    """Everything that can be refused before a password is hashed."""
    async with rooms.database.read(None) as connection:
        if await directory.exists(connection):
            raise founding.already_set_up()
    founding.check_code(rooms.secrets.derive("setup"), data.code)
    model.tidy_name(data.workspace_name, "workspace_name")
    model.tidy_slug(data.workspace_slug, "workspace_slug")
    model.tidy_locale(data.locale)
    agents.tidy_name(data.name)
    passwords.check(data.password, agents.tidy_email(data.email))


async def _found(rooms: Rooms, data: Setup, password_hash: str, user_agent: str) -> NewSession:
    workspace_id, now = uuid7(), rooms.clock.now()
    new = NewAgent(email=data.email, name=data.name, role="administrator", password="", locale=data.locale)
    async with rooms.database.transaction(workspace_id) as connection:
        await founding.found_first(
            connection, workspace_id, data.workspace_slug, data.workspace_name, data.locale, now
        )
        administrator = await agents.add(connection, workspace_id, SYSTEM, new, password_hash, now)
        actor = agents.actor_of(administrator)
        await audit.record(
            connection, workspace_id, actor, "workspace.founded", ("workspace", workspace_id), now=now
        )
        return await sessions.begin(connection, workspace_id, administrator, user_agent, now)


routes = [read_setup, set_up]
