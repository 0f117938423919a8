"""Jobs and facts that could not be done: seen, mended, tried again, thrown away. For administrators, and audited."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from alongside.jobs import counting, dead
from alongside.jobs.counting import Counts
from alongside.jobs.dead import Kind, Letter, Opened, Order, Query
from alongside.kit.errors import AlongsideError
from alongside.kit.paging import LARGEST_PAGE, Page
from alongside.storage import Connection
from alongside.team import audit
from alongside.team.model import SignedIn
from alongside.web.errors import problems
from alongside.web.lists import Cursor, Limit
from alongside.web.rooms import Rooms
from alongside.web.security import for_agents

READ, CHANGE = for_agents("job.read"), for_agents("job.change")
TAGS = ["jobs"]
Name = Annotated[str | None, QueryParameter(max_length=80, description="The job's or the fact's name.")]
LetterId = Annotated[str, Meta(pattern=r"^(job|fact)-[0-9]{1,18}$", max_length=30)]
Deed = Callable[[Connection, str], Awaitable[Letter]]


class Some(msgspec.Struct, frozen=True):
    """Which ones."""

    letter_ids: Annotated[list[LetterId], Meta(min_length=1, max_length=LARGEST_PAGE)]


class Mended(msgspec.Struct, frozen=True):
    """What a job or fact is to carry instead; `replay`: and try it at once."""

    payload: dict[str, Any]
    replay: bool = False


class Left(msgspec.Struct, frozen=True):
    """One with which nothing was done, and why: a stable code and words."""

    letter_id: str
    code: str
    detail: str


class Outcome(msgspec.Struct, frozen=True):
    """With which it was done, and with which not."""

    done: list[str]
    left: list[Left]


@get("/api/jobs", opt=READ, tags=TAGS, responses=problems(401, 403))
async def count_jobs(rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn]) -> Counts:
    """How many jobs there are by name, and how many facts wait to be told."""
    async with rooms.database.read(agent.workspace_id) as connection:
        return await counting.counts(connection)


@get("/api/jobs/dead", opt=READ, tags=TAGS, responses=problems(401, 403, 422))
async def list_dead(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    kind: FromQuery[Kind | None] = None,
    name: Name = None,
    sort: FromQuery[Order] = "-failed_at",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Letter]:
    """Jobs that were given up and facts that were put off, the latest first, a page at a time."""
    query = Query(kind=kind, name=name, sort=sort, cursor=cursor, limit=limit)
    async with rooms.database.read(agent.workspace_id) as connection:
        return await dead.listing(connection, query)


@get("/api/jobs/dead/{letter_id:str}", opt=READ, tags=TAGS, responses=problems(401, 403, 404))
async def read_dead(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], letter_id: FromPath[str]
) -> Opened:
    """One of them, with what it carries and how its tries failed."""
    async with rooms.database.read(agent.workspace_id) as connection:
        return await dead.open_letter(connection, letter_id)


@patch(
    "/api/jobs/dead/{letter_id:str}", opt=CHANGE, tags=TAGS, responses=problems(400, 401, 403, 404, 409, 422)
)
async def fix_dead(
    rooms: NamedDependency[Rooms],
    agent: NamedDependency[SignedIn],
    letter_id: FromPath[str],
    data: JSONBody[Mended],
) -> Opened:
    """Give one another payload, which has to be one that its job understands. `replay` tries it at once; without it,
    it stays in the list."""
    async with rooms.database.transaction(agent.workspace_id) as connection:
        before = await dead.open_letter(connection, letter_id)
        after = await dead.fix(connection, rooms.payloads, letter_id, data.payload)
        fields = sorted(
            name for name in after.payload if after.payload[name] != before.payload.get(name, msgspec.UNSET)
        )
        await _note(connection, rooms, agent, "job.fixed", after.letter, {"fields": fields})
        if data.replay:
            await _note(connection, rooms, agent, "job.replayed", await dead.replay(connection, letter_id))
    return after


@post("/api/jobs/dead/replay", opt=CHANGE, tags=TAGS, status_code=200, responses=problems(400, 401, 403, 422))
async def replay_dead(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], data: JSONBody[Some]
) -> Outcome:
    """Try some again, with all their tries. With which it cannot be done stay as they are."""
    return await _do(rooms, agent, "job.replayed", data.letter_ids, dead.replay)


@post(
    "/api/jobs/dead/discard", opt=CHANGE, tags=TAGS, status_code=200, responses=problems(400, 401, 403, 422)
)
async def discard_dead(
    rooms: NamedDependency[Rooms], agent: NamedDependency[SignedIn], data: JSONBody[Some]
) -> Outcome:
    """Throw some away: what they were to do is never done."""
    return await _do(rooms, agent, "job.discarded", data.letter_ids, dead.discard)


async def _do(rooms: Rooms, agent: SignedIn, action: str, letter_ids: list[str], deed: Deed) -> Outcome:
    done: list[str] = []
    left: list[Left] = []
    async with rooms.database.transaction(agent.workspace_id) as connection:
        for letter_id in dict.fromkeys(letter_ids):
            try:
                letter = await deed(connection, letter_id)
            except AlongsideError as error:
                left.append(Left(letter_id, error.code, str(error)))
            else:
                await _note(connection, rooms, agent, action, letter)
                done.append(letter_id)
    return Outcome(done, left)


async def _note(
    connection: Connection,
    rooms: Rooms,
    agent: SignedIn,
    action: str,
    letter: Letter,
    more: dict[str, Any] | None = None,
) -> None:
    detail = {"letter": letter.letter_id, "name": letter.name, **(more or {})}
    await audit.record(
        connection,
        agent.workspace_id,
        agent.actor,
        action,
        (letter.kind, None),
        detail,
        now=rooms.clock.now(),
    )


routes = [count_jobs, list_dead, read_dead, fix_dead, replay_dead, discard_dead]
