"""Every foreign key there is, followed once more: a disabled trigger or a damaged index lets rows point nowhere."""

import msgspec

from alongside.app.verify.check import Check
from alongside.storage import Connection, fetch

_KEYS = """
    select k.conname as name, child.relname as child, parent.relname as parent,
        array(select quote_ident(attname) from unnest(k.conkey) with ordinality n(number, place)
              join pg_attribute on attrelid = k.conrelid and attnum = number order by place) as columns,
        array(select quote_ident(attname) from unnest(k.confkey) with ordinality n(number, place)
              join pg_attribute on attrelid = k.confrelid and attnum = number order by place) as parent_columns
      from pg_constraint k
      join pg_class child on child.oid = k.conrelid
      join pg_class parent on parent.oid = k.confrelid
     where k.contype = 'f' and k.connamespace = 'alongside'::regnamespace and k.conparentid = 0
     order by child.relname, k.conname
"""


class Key(msgspec.Struct, frozen=True):
    """A foreign key: its columns, and those they point to, in the same order."""

    name: str
    child: str
    parent: str
    columns: list[str]
    parent_columns: list[str]


async def checks(connection: Connection) -> list[Check]:
    """A check for each foreign key of the schema."""
    return [_check(key) for key in await fetch(connection, Key, _KEYS) if "workspace_id" in key.columns]


def _check(key: Key) -> Check:
    pairs = list(zip(key.columns, key.parent_columns, strict=True))
    given = " and ".join(f"c.{column} is not null" for column in key.columns)
    equal = " and ".join(f"p.{there} = c.{here}" for here, there in pairs)
    subject = " || ' ' || ".join(f"c.{column}::text" for column in key.columns)
    name = f"orphan_{key.name}"
    return Check(
        f"references of {key.child} to {key.parent}",
        {name: f"a row of {key.child} refers to a row of {key.parent} that is not there"},
        f"select '{name}' as name, '{key.child} ' || {subject} as subject from {key.child} c"
        f" where c.workspace_id = $1 and {given}"
        f" and not exists (select from {key.parent} p where p.workspace_id = $1 and {equal})",
    )
