"""Finding a workspace from outside of all of them. Gives ids only; any connection will do, fenced or not."""

from uuid import UUID

from alongside.kit.errors import Invalid, NotFound
from alongside.storage import Connection


async def by_slug(connection: Connection, slug: str) -> UUID:
    """The workspace with this slug. Raises NotFound."""
    found: UUID | None = None
    if "\x00" not in slug:  # which PostgreSQL cannot even be asked about
        found = await connection.fetchval("select workspace_by_slug($1)", slug)
    if found is None:
        raise NotFound(
            message="There is no such workspace.", hint="Check `data-workspace`, the workspace's slug."
        )
    return found


async def by_slug_or_sole(connection: Connection, slug: str | None) -> UUID:
    """The workspace with this slug; without a slug the only one there is. Raises NotFound, or Invalid when there
    are several and none was named."""
    if slug:
        return await by_slug(connection, slug)
    sole: UUID | None = await connection.fetchval("select sole_workspace()")
    if sole is not None:
        return sole
    if not await exists(connection):
        raise NotFound(message="There is no workspace yet.", hint="Open /setup to make the first one.")
    raise Invalid(
        message="There are several workspaces here.", hint="Say which.", fields={"workspace": "missing"}
    )


async def exists(connection: Connection) -> bool:
    """Whether there is any workspace at all."""
    return bool(await connection.fetchval("select exists (select workspace_ids())"))


async def ids(connection: Connection) -> list[UUID]:
    """All workspaces."""
    return [row[0] for row in await connection.fetch("select workspace_ids()")]
