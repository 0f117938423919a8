"""What an agent sees of people: a list, and one of them in full."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from alongside.kit.errors import NotFound
from alongside.kit.paging import Page, decode_cursor, encode_cursor, page_of
from alongside.people import device_store, join_store, page_store, person_store
from alongside.people.model import PersonLine, Profile
from alongside.storage import Connection, fetch

PersonOrder = Literal["-seen_at", "seen_at", "-created_at", "created_at", "name", "-name"]
_COLUMNS = {"seen_at": "timestamptz", "created_at": "timestamptz", "name": "text"}


class PersonQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which people to show. `q` is looked for in names and identifiers; `since` is when they were seen last."""

    q: str | None = None
    verified: bool | None = None
    since: datetime | None = None
    sort: PersonOrder = "-seen_at"
    cursor: str | None = None
    limit: int = 50


async def listing(connection: Connection, workspace_id: UUID, query: PersonQuery) -> Page[PersonLine]:
    """A page of people. An anonymous visitor who turned out to be somebody is not shown twice. Raises Invalid for
    a cursor of another list."""
    column = query.sort.lstrip("-")
    place: list[object] = [None, None]
    if query.cursor:
        place = decode_cursor(query.cursor, query.sort, str if column == "name" else datetime, UUID)
    q = query.q.lower() if query.q else None
    found = await fetch(
        connection, PersonLine, sql_of(query), workspace_id, q, query.verified, query.since, *place,
        query.limit + 1,
    )  # fmt: skip
    return page_of(found, query.limit, lambda last: _cursor(query.sort, last))


async def find(connection: Connection, workspace_id: UUID, person_id: UUID) -> Profile:
    """A person with all that identifies them, who they were before, and the page they look at. Raises NotFound."""
    person = await person_store.line(connection, workspace_id, person_id)
    if person is None:
        raise NotFound(message="There is no such person.", hint="Load the list again.")
    edge = await join_store.join_from(connection, workspace_id, person_id)
    return Profile(
        person=person,
        identities=await person_store.identities_of(connection, workspace_id, person_id),
        joins=await join_store.joins_of(connection, workspace_id, person_id),
        joined_to=edge.person_id if edge else None,
        present_page=next(iter(await page_store.views_of(connection, workspace_id, person_id, 1)), None),
        devices=await device_store.count_devices(connection, workspace_id, person_id),
    )


def _cursor(sort: str, last: PersonLine) -> str:
    column = sort.lstrip("-")
    return encode_cursor(
        sort, (last.name or "") if column == "name" else getattr(last, column), last.person_id
    )


def sql_of(query: PersonQuery) -> str:
    """The statement for a page. With a cursor, the index is entered where the last page ended."""
    column = query.sort.lstrip("-")
    place = "coalesce(name, '')" if column == "name" else column
    compare, order = ("<", "desc") if query.sort.startswith("-") else (">", "asc")
    beyond = "" if query.cursor else f"$5::{_COLUMNS[column]} is null or "
    return f"""
        select * from ({person_store.LINE}
             where p.workspace_id = $1 and not exists (
                   select 1 from person_join j where j.workspace_id = p.workspace_id
                      and j.anonymous_person_id = p.person_id and j.undone_at is null)
               and ($2::text is null or strpos(lower(p.name), $2) > 0 or exists (
                   select 1 from identity i where i.workspace_id = p.workspace_id and i.person_id = p.person_id
                      and strpos(lower(i.value), $2) > 0))
             ) line
         where ($3::bool is null or verified = $3) and ($4::timestamptz is null or seen_at >= $4)
           and ({beyond}({place}, person_id) {compare} ($5::{_COLUMNS[column]}, $6::uuid))
         order by {place} {order}, person_id {order} limit $7
    """
