"""What holds for the whole database: fences, roles, migrations, constraints that are in force."""

from collections.abc import AsyncIterator

from alongside.app.verify.check import Flaw
from alongside.kit.errors import AlongsideError
from alongside.storage import Connection
from alongside.storage.migrate import applied, pending, read_migrations

WRONG = {
    "fence_open": "a table's rows are not fenced by workspace, or not for its owner",
    "role_too_free": "a role of ours can step over the fence",
    "constraint_off": "a constraint is not in force, or was never checked",
    "index_invalid": "an index is not valid",
    "trigger_off": "a trigger is switched off",
    "migrations": "the tables are not those of this program",
}
_CATALOGUE = """
    select 'fence_open' as name, c.relname::text as subject from pg_class c
     where c.relnamespace = 'alongside'::regnamespace and c.relkind in ('r', 'p')
       and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id'
                   and not a.attisdropped)
       and not (c.relrowsecurity and c.relforcerowsecurity and exists (
           select from pg_policy p where p.polrelid = c.oid and p.polname = 'fence'))
    union all
    select 'role_too_free', rolname from pg_roles
     where rolname in ('alongside_owner', 'alongside_server', 'alongside_jobs') and (rolsuper or rolbypassrls)
    union all
    select 'role_too_free', 'alongside_server owns ' || c.relname from pg_class c
     where c.relnamespace = 'alongside'::regnamespace and pg_get_userbyid(c.relowner) = 'alongside_server'
    union all
    select 'constraint_off', k.conrelid::regclass || ' ' || k.conname from pg_constraint k
     where k.connamespace = 'alongside'::regnamespace and not k.convalidated
    union all
    select 'index_invalid', i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'alongside'::regnamespace and not (i.indisvalid and i.indisready)
    union all
    select 'trigger_off', t.tgrelid::regclass || ' ' || t.tgname from pg_trigger t
      join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = 'alongside'::regnamespace and t.tgenabled = 'D'
"""


async def flaws(connection: Connection) -> AsyncIterator[Flaw]:
    """What is wrong with the database as a whole."""
    found: dict[str, Flaw] = {}
    for row in await connection.fetch(_CATALOGUE):
        flaw = found.setdefault(row["name"], Flaw(row["name"], WRONG[row["name"]], None))
        flaw.add(row["subject"])
    for flaw in found.values():
        yield flaw
    if why := await _migrations(connection):
        yield Flaw("migrations", WRONG["migrations"], None, 1, [why])


async def _migrations(connection: Connection) -> str:
    try:
        missing = pending(read_migrations(), await applied(connection))
    except AlongsideError as error:
        return error.message
    return ", ".join(f"{migration.number:04} is not applied" for migration in missing)
