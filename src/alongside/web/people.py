"""People, as agents see them."""

from uuid import UUID

from litestar import Response, delete, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from alongside.conversations import listing, parting
from alongside.conversations.listing import Sort, Wanted
from alongside.conversations.model import Status, Summary, topic
from alongside.kit import actors
from alongside.kit.paging import Page
from alongside.people import joining, pages, profiles
from alongside.people.model import PageView, PersonLine, Profile
from alongside.people.pages import PageOrder, PageQuery
from alongside.people.profiles import PersonOrder, PersonQuery
from alongside.realtime.revocations import Revocation
from alongside.storage import Connection
from alongside.team import audit
from alongside.team.model import SignedIn
from alongside.web.errors import problems
from alongside.web.lists import Cursor, Limit, Moment, Search, moment
from alongside.web.rooms import Rooms
from alongside.web.security import for_agents

READ = for_agents("person.read")


@get("/api/people", opt=READ, tags=["people"], responses=problems(401, 403, 422))
async def list_people(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    q: Search = None,
    verified: FromQuery[bool | None] = None,
    since: Moment = None,
    sort: FromQuery[PersonOrder] = "-seen_at",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[PersonLine]:
    """People, a page at a time. `q` is looked for in names, e-mail addresses, phone numbers and the site's own ids;
    `since`: seen since then."""
    query = PersonQuery(
        q=q, verified=verified, since=moment(since, "since"), sort=sort, cursor=cursor, limit=limit
    )
    async with rooms.database.read(agent.workspace_id) as connection:
        return await profiles.listing(connection, agent.workspace_id, query)


@get("/api/people/{person_id:uuid}", opt=READ, tags=["people"], responses=problems(401, 403, 404))
async def read_person(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], person_id: FromPath[UUID]
) -> Profile:
    """A person: who they are, how we know, and the page they look at."""
    async with rooms.database.read(agent.workspace_id) as connection:
        return await profiles.find(connection, agent.workspace_id, person_id)


@get("/api/people/{person_id:uuid}/pages", opt=READ, tags=["people"], responses=problems(401, 403, 404, 422))
async def list_pages(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    person_id: FromPath[UUID],
    q: Search = None,
    sort: FromQuery[PageOrder] = "-viewed_at",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[PageView]:
    """The pages a person looked at, the latest first. At most the last 200 are kept, without secrets in them."""
    query = PageQuery(q=q, sort=sort, cursor=cursor, limit=limit)
    async with rooms.database.read(agent.workspace_id) as connection:
        return await pages.listing(connection, agent.workspace_id, person_id, query)


@get("/api/people/{person_id:uuid}/conversations", opt=for_agents("conversation.read"), tags=["people"],
     responses=problems(401, 403, 422))  # fmt: skip
async def list_conversations(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    person_id: FromPath[UUID],
    status: FromQuery[Status | None] = None,
    sort: FromQuery[Sort] = "newest",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Summary]:
    """A person's conversations, on every channel."""
    wanted = Wanted(person_id=person_id, status=status, sort=sort, cursor=cursor, limit=limit)
    async with rooms.database.read(agent.workspace_id) as connection:
        return await listing.listed(connection, agent.workspace_id, agent.agent_id, wanted)


@delete("/api/people/joins/{person_join_id:uuid}", opt=for_agents("person.join"), tags=["people"],
        responses=problems(401, 403, 404))  # fmt: skip
async def undo_join(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], person_join_id: FromPath[UUID]
) -> Response[None]:
    """An anonymous visitor was taken for this person wrongly: they are two again, each with their own
    conversations, pages and device."""
    workspace_id, now = agent.workspace_id, rooms.clock.now()
    async with rooms.database.transaction(workspace_id) as connection:
        edge = await joining.undo(connection, workspace_id, person_join_id, now)
        parted = await parting.part(connection, workspace_id, edge.anonymous_person_id, edge.person_id)
        await _take_away(rooms, connection, workspace_id, edge.person_id, parted)
        subject = ("person", edge.person_id)
        await audit.record(connection, workspace_id, agent.actor, "person.join_undone", subject, now=now)
        changed = Revocation(
            workspace_id=workspace_id, session_id=edge.device_id, code="changed", come_back=True
        )
        await rooms.hub.revoke_in(connection, changed)
    return Response(None, status_code=204)


async def _take_away(
    rooms: Rooms, connection: Connection, workspace_id: UUID, person_id: UUID, conversation_ids: list[UUID]
) -> None:
    """The person's other devices no longer follow conversations that are not theirs; lists show them anew."""
    topics = [topic(each) for each in conversation_ids]
    for lost in topics:
        revocation = Revocation(
            workspace_id=workspace_id,
            actor=actors.person(person_id),
            topic=lost,
            code="forbidden",
            message="This conversation is not yours any more.",
        )
        await rooms.hub.revoke_in(connection, revocation)
    connection.after_commit(lambda: rooms.hub.touch(workspace_id, topics))


routes = [list_people, read_person, list_pages, list_conversations, undo_join]
