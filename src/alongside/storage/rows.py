"""Rows as structs, by column name."""

from typing import Any, TypeVar

import msgspec

from alongside.kit.errors import NotFound
from alongside.storage.connection import Connection

S = TypeVar("S", bound=msgspec.Struct)


async def fetch(connection: Connection, struct: type[S], sql: str, *args: Any) -> list[S]:
    """Every row of a query as a struct. Columns that it has no field for are ignored;
    `msgspec.ValidationError` if one that it needs is missing or of another type."""
    return [msgspec.convert(dict(row), struct) for row in await connection.fetch(sql, *args)]


async def fetch_optional(connection: Connection, struct: type[S], sql: str, *args: Any) -> S | None:
    """The first row as a struct, or None."""
    row = await connection.fetchrow(sql, *args)
    return None if row is None else msgspec.convert(dict(row), struct)


async def fetch_one(connection: Connection, struct: type[S], sql: str, *args: Any) -> S:
    """The first row as a struct. Raises NotFound (code `not_found`) when there is none."""
    found = await fetch_optional(connection, struct, sql, *args)
    if found is None:
        raise NotFound
    return found


async def notify(connection: Connection, channel: str, payload: str) -> None:
    """Tell whoever listens, when and only if the transaction commits. At most 7,999 bytes."""
    await connection.execute("select pg_notify($1, $2)", channel, payload)
