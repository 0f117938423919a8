"""Fills a database with years of conversations, in bulk, so that what depends on size can be measured.

The rows are what the server would have written: the same tables, columns, constraints and indexes. Entries of
conversations of the same time lie beside each other, as they came in; ids are random where clients make them. Only
the look-up from each entry to its conversation is switched off meanwhile and made up for at the end, all at once.
"""

import time
from typing import NamedTuple

from alongside.storage import Connection, Database
from bench.programs import say
from bench.seeding import Place
from bench.texts import texts

_WAVE = 1_000  # conversations that go on at the same time
FOREIGN_KEY = "entry_workspace_id_conversation_id_fkey"
_YEARS = 2
OPEN = 400  # conversations that are open now, however many have been

_PLAN = f"""
create temporary table plan as
select n, gen_random_uuid() as conversation_id, gen_random_uuid() as person_id,
       greatest(2, least(3000, ceil(-ln(1 - random()) * $1::float8)))::bigint as length,
       clock_timestamp() - interval '{_YEARS} years' * (1 - n::float8 / $2::float8) as began,
       n < $2::int - {OPEN} as closed, n % 5 as fifth
  from generate_series(0, $2::int - 1) n
"""
_TEXTS = "create temporary table said as select n - 1 as n, t as text, jsonb_build_object('text', t) as body \
from unnest($1::text[]) with ordinality as g(t, n)"
_PEOPLE = [
    """
    insert into person (workspace_id, person_id, name, created_at, seen_at)
    select $1::uuid, person_id,
        case when fifth < 3 then initcap(split_part(s.text, ' ', 1)) || ' ' || md5(p.n::text) end, began, began
      from plan p join said s on s.n = p.n % $2
    """,
    """
    insert into identity (workspace_id, identity_id, person_id, kind, value, strength)
    select $1::uuid, gen_random_uuid(), person_id, 'email', 'customer' || n || '@example.com', 'claimed'
      from plan where fifth < 3 and $2 > 0
    """,
    """
    insert into device (workspace_id, device_id, person_id, token_hash, created_at, seen_at)
    select $1::uuid, gen_random_uuid(), person_id, sha256(person_id::text::bytea), began, began from plan where $2 > 0
    """,
]
_CONVERSATIONS = """
    insert into conversation (workspace_id, conversation_id, inbox_id, person_id, origin_person_id, status, held_by,
        assignee_id, last_seq, last_entry_at, preview, preview_author, waiting_since, created_at, closed_at)
    select $1::uuid, conversation_id, $3::uuid, person_id, person_id, case when closed then 'closed' else 'open' end,
        case when closed or fifth < 3 then 'agent' when fifth = 3 then 'queue' else 'concierge' end,
        case when closed or fifth < 3 then $4::uuid end, length, began + length * interval '40 seconds',
        left(s.text, 160), 'person', case when not closed and fifth = 3 then began end, began,
        case when closed then began + length * interval '40 seconds' end
      from plan p join said s on s.n = (p.n + p.length) % $2
"""
_PARTICIPANTS = """
    insert into participant (workspace_id, conversation_id, kind, participant_id, joined_at, read_seq)
    select $1::uuid, conversation_id, 'person', person_id, began, length from plan
    union all select $1::uuid, conversation_id, 'agent', $2::uuid, began, length from plan where closed or fifth < 3
"""
_ENTRIES = """
    insert into entry (workspace_id, conversation_id, seq, entry_id, kind, audience, author_kind, author_id, at, body)
    select $1::uuid, p.conversation_id, seq, gen_random_uuid(), 'message', 'everyone',
        case when seq % 2 = 1 then 'person' else 'agent' end, case when seq % 2 = 1 then p.person_id else $3::uuid end,
        p.began + seq * interval '40 seconds', s.body
      from plan p cross join lateral generate_series(1, p.length) seq
      join said s on s.n = (p.n + seq) % $2
     where p.n >= $4 and p.n < $5
     order by seq, p.n
"""


class Filled(NamedTuple):
    """What there is now."""

    conversations: int
    entries: int
    seconds: float
    bytes: int


async def fill(database: Database, place: Place, conversations: int, entries: int) -> Filled:
    """Add so many conversations (more than `OPEN`) with about so many entries; 10,000,000 take minutes and 6 GB."""
    begin = time.monotonic()
    say(f"filling in {conversations:,} conversations with {entries:,} entries …")
    async with database.owner() as connection:
        await connection.execute(f"set alongside.workspace = '{place.workspace_id}'")
        await connection.execute(
            "set synchronous_commit = off; set work_mem = '128MB'; set maintenance_work_mem = '256MB'"
        )
        await _plan(connection, place, conversations, entries)
        await connection.execute(f"alter table entry drop constraint {FOREIGN_KEY}")
        await _write_entries(connection, place, conversations)
        await connection.execute(
            f"alter table entry add constraint {FOREIGN_KEY} foreign key (workspace_id, conversation_id)"
            " references conversation"
        )
        say("vacuuming …")
        for table in ("entry", "conversation", "participant", "person", "identity", "device"):
            await connection.execute(f"vacuum (analyze) {table}")
        stored = await connection.fetchval("select sum(length)::bigint from plan")
        size = await connection.fetchval("select pg_database_size(current_database())")
    return Filled(conversations, stored, time.monotonic() - begin, size)


async def _plan(connection: Connection, place: Place, conversations: int, entries: int) -> None:
    said = texts(4_999)
    await connection.execute("select setseed(0.5)")
    await connection.execute(_PLAN, entries / conversations, conversations)
    await connection.execute(_TEXTS, said)
    await connection.execute("create index on plan (n); analyze plan; analyze said")
    for statement in _PEOPLE:
        await connection.execute(statement, place.workspace_id, len(said))
    await connection.execute(_CONVERSATIONS, place.workspace_id, len(said), place.inbox_id, place.agent_id)
    await connection.execute(_PARTICIPANTS, place.workspace_id, place.agent_id)


async def _write_entries(connection: Connection, place: Place, conversations: int) -> None:
    texts_known = await connection.fetchval("select count(*) from said")
    for start in range(0, conversations, _WAVE):
        await connection.execute(
            _ENTRIES, place.workspace_id, texts_known, place.agent_id, start, start + _WAVE
        )
        if start % (10 * _WAVE) == 0 and start:
            say(f"  {start:,} conversations")
