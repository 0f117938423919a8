"""What operators' machines ask: is it alive, can it serve, what are its figures."""

from contextlib import suppress
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

import alongside
from alongside.jobs import counting
from alongside.kit.errors import AlongsideError, Unauthenticated, Unavailable
from alongside.kit.ids import same_secret
from alongside.web.errors import problems
from alongside.web.rooms import Rooms
from alongside.web.security import FOR_ALL, bearer_token


class Health(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str
    version: str


class Readiness(msgspec.Struct, frozen=True):
    """Each thing that a request needs, and whether it is there."""

    ready: bool
    database: str
    bus: str


@get("/health", opt=FOR_ALL, tags=["operations"], sync_to_thread=False)
def health() -> Health:
    """Whether the process is alive: 200, without asking anything else. Restart it when this does not answer."""
    return Health("ok", alongside.__version__)


@get("/ready", opt=FOR_ALL, tags=["operations"], responses=problems(503))
async def ready(rooms: NamedDependency[Rooms]) -> Readiness:
    """Whether it can serve: 200, or 503 while the database is away or the server is about to end. Send it no
    traffic meanwhile. `bus`: `away` while NATS is; the servers then speak over PostgreSQL."""
    if rooms.departure.begun:
        raise Unavailable("leaving", "This server is about to end.", "Ask another one.")
    try:
        async with rooms.database.read(None) as connection:
            await connection.fetchval("select 1")
    except AlongsideError as error:
        raise Unavailable(message="The database does not answer.", hint="Try again in a moment.") from error
    return Readiness(ready=True, database="ok", bus="ok" if rooms.bus.connected else "away")


@get(
    "/metrics",
    opt=FOR_ALL,
    tags=["operations"],
    responses=problems(401)
    | {200: ResponseSpec(str, description="The figures.", media_type="text/plain", generate_examples=False)},
)
async def metrics(
    request: Request[Any, Any, Any],
    rooms: NamedDependency[Rooms],
    authorization: Annotated[str | None, HeaderParameter(name="Authorization")] = None,
) -> Response[bytes]:
    """The figures of this server in Prometheus' text format; with a `metrics_token` only for who sends it."""
    wanted = rooms.settings.metrics_token
    if wanted and not same_secret(bearer_token(authorization) or "", wanted.get_secret_value()):
        raise Unauthenticated(
            message="These figures need a token.", hint="Send it as Authorization: Bearer …."
        )
    with suppress(AlongsideError):  # the database is away: the rest is worth all the more
        await counting.measure(rooms.database)
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


routes = [health, ready, metrics]
