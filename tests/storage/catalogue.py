"""What PostgreSQL itself says about our tables, and rows made from that alone."""

import itertools
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from alongside.kit.errors import AlongsideError
from alongside.kit.ids import uuid7
from alongside.storage import Connection, fetch

# What a column has to hold and the catalogue does not say. A new table that needs an entry fails until it has one.
SAMPLES: dict[str, Any] = {
    "job_failure.status": "failed",
    "job.status": "failed",
}
_numbers = itertools.count(1)


class Table(msgspec.Struct):
    name: str
    fenced: bool
    forced: bool
    policies: list[str]


class Column(msgspec.Struct):
    table: str
    name: str
    type: str
    required: bool
    choices: list[str]


class ForeignKey(msgspec.Struct):
    table: str
    name: str
    columns: list[str]
    parent: str
    parent_columns: list[str]


async def tables(connection: Connection) -> list[Table]:
    """Every table of the schema alongside, but the list of migrations and the leases of the servers."""
    return await fetch(
        connection,
        Table,
        """
        select c.relname as name, c.relrowsecurity as fenced, c.relforcerowsecurity as forced,
            array(select p.polname::text from pg_policy p where p.polrelid = c.oid and p.polroles = '{0}') as policies
        from pg_class c
        where c.relnamespace = 'alongside'::regnamespace and c.relkind in ('r', 'p')
            and c.relname not in ('migration', 'lease')
        order by c.relname
        """,
    )


async def columns(connection: Connection) -> list[Column]:
    """Every column that somebody may write."""
    return await fetch(
        connection,
        Column,
        """
        select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
            a.attnotnull and not a.atthasdef and a.attidentity = '' as required,
            array(select e.enumlabel::text from pg_enum e where e.enumtypid = a.atttypid order by e.enumsortorder)
                as choices
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'alongside'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'migration'
            and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity <> 'a'
        order by c.relname, a.attnum
        """,
    )


async def foreign_keys(connection: Connection) -> list[ForeignKey]:
    """Every foreign key, with its columns in order."""
    return await fetch(
        connection,
        ForeignKey,
        """
        select c.relname as table, k.conname as name, p.relname as parent,
            array(select a.attname::text from unnest(k.conkey) with ordinality u(n, place)
                join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n order by u.place) as columns,
            array(select a.attname::text from unnest(k.confkey) with ordinality u(n, place)
                join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.n order by u.place) as parent_columns
        from pg_constraint k
        join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
        where k.contype = 'f' and k.connamespace = 'alongside'::regnamespace
        order by c.relname, k.conname
        """,
    )


async def _choices_of_checks(connection: Connection) -> dict[str, str]:
    """The first value allowed by each `check (column in (…))`."""
    rows = await connection.fetch(
        "select conrelid::regclass::text as name, pg_get_constraintdef(oid) as rule from pg_constraint "
        "where contype = 'c' and connamespace = 'alongside'::regnamespace"
    )
    found = {}
    for row in rows:
        if choice := re.search(r"\((\w+) = ANY \(ARRAY\['([^']*)'", row["rule"]):
            found[f"{row['name'].split('.')[-1]}.{choice[1]}"] = choice[2]
    return found


Rows = dict[str, list[dict[str, Any]]]


class Catalogue(msgspec.Struct):
    """All of it, read once."""

    tables: list[Table]
    columns: list[Column]
    keys: list[ForeignKey]
    choices: dict[str, str]

    def keys_of(self, table: str) -> list[ForeignKey]:
        """A table's foreign keys to others than its workspace."""
        return [key for key in self.keys if key.table == table and key.parent != "workspace"]


async def read_catalogue(connection: Connection) -> Catalogue:
    """Ask PostgreSQL."""
    return Catalogue(
        await tables(connection),
        await columns(connection),
        await foreign_keys(connection),
        await _choices_of_checks(connection),
    )


async def fill(connection: Connection, workspace_id: UUID) -> Rows:
    """Put two rows into every table of a workspace (it has its own row already); gives them by table."""
    catalogue = await read_catalogue(connection)
    made: Rows = {"workspace": [dict(row) for row in await connection.fetch("select * from workspace")]}
    waiting = [table.name for table in catalogue.tables if table.name != "workspace"]
    while waiting:
        ready = [
            name
            for name in waiting
            if {key.parent for key in catalogue.keys_of(name)} <= made.keys() | {name}
        ]
        assert ready, f"these tables refer to each other in a circle: {waiting}"
        for name in ready:
            made[name] = [await _insert(connection, catalogue, name, made, nth) for nth in range(2)]
            waiting.remove(name)
    return made


async def _insert(
    connection: Connection, catalogue: Catalogue, table: str, made: Rows, nth: int
) -> dict[str, Any]:
    values = _values(catalogue, table)
    values |= _references(catalogue, table, values, made, nth)
    values["workspace_id"] = connection.workspace_id
    names = ", ".join(f'"{name}"' for name in values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    try:
        row = await connection.fetchrow(
            f"insert into {table} ({names}) values ({places}) returning *", *values.values()
        )
    except AlongsideError as error:
        raise AssertionError(
            f"No row could be made for {table} from {values}: {error.__cause__}. Add to SAMPLES what it needs."
        ) from error
    assert row is not None
    return dict(row)


def _values(catalogue: Catalogue, table: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in catalogue.columns:
        place = f"{table}.{column.name}"
        if column.table == table and (column.required or place in SAMPLES):
            values[column.name] = SAMPLES.get(place) or catalogue.choices.get(place) or _value(column)
    return values


def _references(
    catalogue: Catalogue, table: str, values: dict[str, Any], made: Rows, nth: int
) -> dict[str, Any]:
    """Values for the foreign keys that are required: the nth row refers to the nth of the other table, by a second
    key to the same table to the next one."""
    found: dict[str, Any] = {}
    used: dict[str, int] = {}
    for key in catalogue.keys_of(table):
        if set(key.columns) <= values.keys() | {"workspace_id"}:
            parents = made[key.parent]
            parent = parents[used.setdefault(key.parent, nth) % len(parents)]
            used[key.parent] += 1
            found |= {
                mine: parent[theirs] for mine, theirs in zip(key.columns, key.parent_columns, strict=True)
            }
    return found


def _value(column: Column) -> Any:
    number = next(_numbers)
    if column.choices:
        return column.choices[0]
    if column.type.endswith("[]"):
        return []
    values: dict[str, Any] = {
        "uuid": uuid7(),
        "text": "sample" + _letters(number),
        "bytea": str(number).encode().rjust(32, b"\0"),
        "jsonb": {},
        "boolean": False,
        "timestamp with time zone": datetime.now(UTC),
        "date": datetime.now(UTC).date(),
    }
    return values.get(column.type, number)


def _letters(number: int) -> str:
    """A number in letters: names of types and channels have no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
