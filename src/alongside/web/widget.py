"""The widget: what a visitor's device asks of the server. See docs/protocol/embed.md for the page around it."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from alongside.conversations import joining as conversations_joining
from alongside.conversations import listing, transcript
from alongside.conversations.model import Summary
from alongside.conversations.transcript import TranscriptPage
from alongside.kit import actors
from alongside.kit.ids import token_hash
from alongside.kit.paging import Page
from alongside.people import devices, identifying, identity_secrets, identity_tokens
from alongside.people.identifying import Identified
from alongside.people.identity_tokens import Claims
from alongside.people.model import NewDevice, Visitor, Who, who
from alongside.realtime.revocations import Revocation
from alongside.storage import Connection
from alongside.web.errors import problems
from alongside.web.limits import network_of
from alongside.web.lists import Limit
from alongside.web.rooms import Rooms
from alongside.web.security import FOR_ALL, FOR_VISITORS, bearer_token
from alongside.workspaces import directory, settings
from alongside.workspaces.model import Workspace

AnyRequest = Request[Any, Any, Any]
Slug = Annotated[str, QueryParameter(max_length=63, description="The workspace's slug.")]
Number = Annotated[int | None, QueryParameter(ge=0, description="A sequence number.")]


class Look(msgspec.Struct, frozen=True):
    """What the widget shows of a workspace."""

    slug: str
    name: str
    locale: str
    brand_colour: str


class WidgetConfig(msgspec.Struct, frozen=True):
    """How the widget looks and greets. `greeting`: locale → first words."""

    workspace: Look
    concierge_name: str
    greeting: dict[str, str]


class RegisterDevice(msgspec.Struct, forbid_unknown_fields=True):
    """`workspace`: its slug. `locale`: the visitor's language, if known."""

    workspace: Annotated[str, Meta(max_length=63)]
    locale: Annotated[str, Meta(max_length=35)] | None = None


class Identify(msgspec.Struct, forbid_unknown_fields=True):
    """`jwt`: what the site's server signed."""

    jwt: Annotated[str, Meta(max_length=20_000)]


class WhoNow(msgspec.Struct, frozen=True):
    """Whose device it is now. `token`: the device's new one, if it changed; the old one is worth nothing."""

    person: Who
    token: str | None


@get("/api/widget/config", opt=FOR_ALL, tags=["widget"], responses=problems(404, 422))
async def read_config(rooms: NamedDependency[Rooms], workspace: Slug) -> WidgetConfig:
    """How the widget of a workspace looks and greets."""
    found = await _workspace(rooms, workspace)
    look = Look(found.slug, found.name, found.locale, found.brand_colour)
    return WidgetConfig(look, found.concierge_name, found.greeting)


@post("/api/widget/devices", opt=FOR_ALL, tags=["widget"], responses=problems(400, 403, 404, 422, 429))
async def register_device(
    request: AnyRequest, rooms: NamedDependency[Rooms], data: JSONBody[RegisterDevice]
) -> NewDevice:
    """Register a device of a new, anonymous person. Its token is shown this once."""
    rooms.limits.spend("device", network_of(request.client.host if request.client else None))
    async with rooms.database.read(None) as connection:
        workspace_id = await directory.by_slug(connection, data.workspace)
    user_agent = request.headers.get("user-agent", "")
    async with rooms.database.transaction(workspace_id) as connection:
        return await devices.register(connection, workspace_id, rooms.clock.now(), user_agent, data.locale)


@get("/api/widget/devices/current", opt=FOR_VISITORS, tags=["widget"], responses=problems(401, 403))
async def read_device(visitor: NamedDependency[Visitor]) -> Who:
    """Whose device this is."""
    return who(visitor)


@post(
    "/api/widget/identify",
    opt=FOR_ALL,
    tags=["widget"],
    responses=problems(400, 401, 403, 422, 429),
    status_code=200,
)
async def identify(request: AnyRequest, rooms: NamedDependency[Rooms], data: JSONBody[Identify]) -> WhoNow:
    """Say who the visitor is, by a token that the site's server signed: a JWT (HS256) with `sub`, `aud` (the
    workspace's slug), `exp` (at most an hour ahead) and `jti` (good for one use); optionally `iat`, `nbf`, `name`,
    `email` with `email_verified`, `phone_number` with `phone_number_verified`.

    An anonymous visitor's conversations become the person's. A device that is somebody else's changes hands, and
    keeps nothing of theirs. Either gives it a new token and closes its sockets (`changed`); the same request may be
    repeated with the old device token if the answer was lost. 422 `identity_token_refused` says what is wrong."""
    device_token = bearer_token(request.headers.get("authorization")) or ""
    workspace_id = devices.workspace_of(device_token)
    rooms.limits.spend("identify_from", network_of(request.client.host if request.client else None))
    rooms.limits.spend("identify", token_hash(device_token).hex())
    claims = await _claims(rooms, workspace_id, data.jwt)
    async with rooms.database.transaction(workspace_id) as connection:
        now = rooms.clock.now()
        done = await identifying.identify(connection, workspace_id, device_token, data.jwt, claims, now)
        await _follow(rooms, connection, workspace_id, done)
    return WhoNow(done.person, done.token)


async def _claims(rooms: Rooms, workspace_id: UUID, jwt: str) -> Claims:
    async with rooms.database.read(workspace_id) as connection:
        slug = (await settings.read(connection, workspace_id)).slug
        living = await identity_secrets.opened(connection, workspace_id, rooms.secrets)
    return identity_tokens.verify(jwt, living, slug, rooms.clock.now())


async def _follow(rooms: Rooms, connection: Connection, workspace_id: UUID, done: Identified) -> None:
    """A joined person's conversations follow; a device that is somebody else's now loses its sockets."""
    if done.join is not None:
        await conversations_joining.join(
            connection,
            rooms.journal,
            workspace_id,
            done.join.anonymous_person_id,
            done.join.person_id,
            done.person.name,
        )
    if done.previous is not None:
        revocation = Revocation(
            workspace_id=workspace_id,
            session_id=done.device_id,
            code="changed",
            message="This device is somebody else's now.",
            come_back=True,
        )
        await rooms.hub.revoke_in(connection, revocation)


@delete("/api/widget/devices/current", opt=FOR_VISITORS, tags=["widget"], responses=problems(401, 403))
async def forget_device(rooms: NamedDependency[Rooms], visitor: NamedDependency[Visitor]) -> Response[None]:
    """Forget this device: its token ends, and its sockets are closed. What was written stays the person's."""
    async with rooms.database.transaction(visitor.workspace_id) as connection:
        await devices.forget(connection, visitor, rooms.clock.now())
        revocation = Revocation(workspace_id=visitor.workspace_id, session_id=visitor.device_id)
        await rooms.hub.revoke_in(connection, revocation)
    return Response(None, status_code=204)


@get("/api/widget/conversations", opt=FOR_VISITORS, tags=["widget"], responses=problems(401, 403))
async def list_conversations(
    rooms: NamedDependency[Rooms], visitor: NamedDependency[Visitor]
) -> Page[Summary]:
    """The visitor's own conversations, the latest first: the hundred newest, on one page."""
    async with rooms.database.read(visitor.workspace_id) as connection:
        return Page(await listing.own(connection, visitor.workspace_id, visitor.person_id), None)


@get("/api/widget/conversations/{conversation_id:uuid}/entries", opt=FOR_VISITORS, tags=["widget"],
     responses=problems(401, 403, 404, 422))  # fmt: skip
async def list_entries(
    rooms: NamedDependency[Rooms],
    visitor: NamedDependency[Visitor],
    conversation_id: FromPath[UUID],
    before: Number = None,
    after: Number = None,
    limit: Limit = 50,
) -> TranscriptPage:
    """Entries of one of the visitor's conversations, in order: the newest before `before`, or the first after
    `after`. What is for the team only is left out."""
    asker = actors.person(visitor.person_id)
    async with rooms.database.read(visitor.workspace_id) as connection:
        return await transcript.page(
            connection,
            visitor.workspace_id,
            asker,
            conversation_id,
            before=before,
            after=after,
            limit=limit,
        )


async def _workspace(rooms: Rooms, slug: str) -> Workspace:
    async with rooms.database.read(None) as connection:
        workspace_id = await directory.by_slug(connection, slug)
    async with rooms.database.read(workspace_id) as connection:
        return await settings.read(connection, workspace_id)


routes = [
    read_config,
    register_device,
    read_device,
    identify,
    forget_device,
    list_conversations,
    list_entries,
]
