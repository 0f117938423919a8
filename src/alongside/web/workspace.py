"""The workspace's settings, and the secrets with which its site signs who its visitors are."""

from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from alongside.kit.paging import Page
from alongside.people import identity_secrets
from alongside.people.identity_secrets import IdentitySecret, NewIdentitySecret
from alongside.team import audit
from alongside.team.model import SignedIn
from alongside.web.errors import problems
from alongside.web.rooms import Rooms
from alongside.web.security import for_agents
from alongside.workspaces import settings
from alongside.workspaces.model import Workspace, WorkspaceChange

SECRETS = "/api/workspace/identity-secrets"
READ, CHANGE = for_agents("workspace.read"), for_agents("workspace.change")
READ_SECRETS, CHANGE_SECRETS = for_agents("identity_secret.read"), for_agents("identity_secret.change")


class ChangeWorkspace(WorkspaceChange, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What is to change; what is left out stays. `allowed_origins`: the sites that may embed the widget, such as
    `https://www.example.com` or `https://*.example.com`. The slug never changes."""


@get("/api/workspace", opt=READ, tags=["workspace"], responses=problems(401, 403))
async def read_workspace(rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn]) -> Workspace:
    """The workspace's settings."""
    async with rooms.database.read(agent.workspace_id) as connection:
        return await settings.read(connection, agent.workspace_id)


@patch("/api/workspace", opt=CHANGE, tags=["workspace"], responses=problems(400, 401, 403, 422))
async def change_workspace(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], data: JSONBody[ChangeWorkspace]
) -> Workspace:
    """Change the workspace's settings."""
    workspace_id = agent.workspace_id
    async with rooms.database.transaction(workspace_id) as connection:
        workspace, different = await settings.change(connection, workspace_id, data)
        if different:
            subject, detail = ("workspace", workspace_id), {"changed": different}
            await audit.record(
                connection,
                workspace_id,
                agent.actor,
                "workspace.changed",
                subject,
                detail,
                now=rooms.clock.now(),
            )
    return workspace


@get(SECRETS, opt=READ_SECRETS, tags=["workspace"], responses=problems(401, 403))
async def list_secrets(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn]
) -> Page[IdentitySecret]:
    """The identity secrets, without the secrets themselves: the living first; all of them on one page."""
    async with rooms.database.read(agent.workspace_id) as connection:
        return Page(await identity_secrets.listing(connection, agent.workspace_id), None)


@post(SECRETS, opt=CHANGE_SECRETS, tags=["workspace"], responses=problems(401, 403, 409))
async def make_secret(rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn]) -> NewIdentitySecret:
    """Make an identity secret. It is shown in this answer and never again; two may live at once."""
    workspace_id, now = agent.workspace_id, rooms.clock.now()
    async with rooms.database.transaction(workspace_id) as connection:
        made = await identity_secrets.make(connection, workspace_id, rooms.secrets, now)
        subject = ("identity_secret", made.identity_secret_id)
        await audit.record(connection, workspace_id, agent.actor, "identity_secret.created", subject, now=now)
    return made


@delete(f"{SECRETS}/{{identity_secret_id:uuid}}", opt=CHANGE_SECRETS, tags=["workspace"],
        responses=problems(401, 403, 404))  # fmt: skip
async def retire_secret(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], identity_secret_id: FromPath[UUID]
) -> Response[None]:
    """Retire an identity secret: tokens signed with it are refused from now on."""
    workspace_id, now = agent.workspace_id, rooms.clock.now()
    async with rooms.database.transaction(workspace_id) as connection:
        await identity_secrets.retire(connection, workspace_id, identity_secret_id, now)
        subject = ("identity_secret", identity_secret_id)
        await audit.record(connection, workspace_id, agent.actor, "identity_secret.retired", subject, now=now)
    return Response(None, status_code=204)


routes = [read_workspace, change_workspace, list_secrets, make_secret, retire_secret]
