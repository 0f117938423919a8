"""Many rows in one statement: as arrays, since COPY does not go through the workspaces' fence."""

from collections.abc import Sequence
from typing import Any

from alongside.storage import Connection

_CHUNK = 2_000


async def insert_rows(
    connection: Connection, table: str, columns: dict[str, str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows into a table; `columns` gives each column's type in PostgreSQL, in the order of the values."""
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(columns.values(), 1))
    sql = f"insert into {table} ({', '.join(columns)}) select * from unnest({arrays})"
    for start in range(0, len(rows), _CHUNK):
        await connection.execute(sql, *map(list, zip(*rows[start : start + _CHUNK], strict=True)))
