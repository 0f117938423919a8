-- lives with: 0006
-- The journal's way in again, with the same promises (0002_journal.sql) for less work: each conversation is looked up
-- once, one entry alone takes a way of its own, and the fence is asked once a statement instead of once a row.

-- In a subquery PostgreSQL evaluates it once, and compares the result with each row.
create or replace procedure fence(fenced regclass)
    language plpgsql set search_path = alongside, pg_temp as $$
begin
    execute format('alter table %s enable row level security', fenced);
    execute format('alter table %s force row level security', fenced);
    execute format(
        'create policy fence on %s using (workspace_id = (select alongside.current_workspace())) '
        'with check (workspace_id = (select alongside.current_workspace()))', fenced);
end $$;
do $$
declare
    fenced text;
begin
    for fenced in select tablename from pg_policies where schemaname = 'alongside' and policyname = 'fence' loop
        execute format(
            'alter policy fence on %I using (workspace_id = (select alongside.current_workspace())) '
            'with check (workspace_id = (select alongside.current_workspace()))', fenced);
    end loop;
end $$;

-- Whoever puts a fact into the outbox wakes the relay of its own process, and the others look now and then: a NOTIFY
-- in every commit lets no two of them become durable together.
drop trigger outbox_told on outbox;
-- squawk-ignore ban-drop-function
drop function outbox_told();
-- Compressing what is deleted a moment later is work for nothing.
alter table outbox alter column payload set storage external;

-- What becomes of an entry, in one place for both ways in. `trusted` rows come from a transaction that has applied the
-- rules already (conversations/journal.py, `record`).
-- stored · duplicate (same entry again: its first seq and time) · conflict (the id is another author's) · missing ·
-- forbidden (a person in somebody else's conversation) · closed · not_joined · not_holding (the concierge after
-- somebody took over).
create function judged(
    trusted boolean, kind text, author_kind text, author_id uuid,
    there boolean, person_id uuid, is_open boolean, holder text, takes_part boolean,
    known_author_kind text, known_author_id uuid
) returns text
    language sql immutable parallel safe
    return case
        when not there then 'missing'
        when not trusted and author_kind = 'person' and person_id <> author_id then 'forbidden'
        -- a person's first try may date from before we knew who they are
        when known_author_kind = author_kind
            and (author_kind = 'person' or known_author_id is not distinct from author_id) then 'duplicate'
        when known_author_kind is not null then 'conflict'
        when trusted then 'stored'
        when kind = 'message' and not is_open then 'closed'
        when author_kind = 'concierge' and holder <> 'concierge' then 'not_holding'
        when author_kind = 'agent' and kind = 'message' and (holder <> 'agent' or takes_part is not true) then 'not_joined'
        else 'stored'
    end;

-- The customer waits from here on, or no longer: conversations/summary.py, written in SQL; a test holds them together.
create function asks(kind text, author_kind text, content jsonb) returns boolean
    language sql immutable parallel safe
    return kind = 'message' and author_kind = 'person'
        or kind = 'handed_over' and content @> '{"to": "queue"}'
        or kind = 'assigned' and content @> '{"agent_id": null}';

create function answers(kind text, author_kind text) returns boolean
    language sql immutable parallel safe
    return kind = 'message' and author_kind in ('agent', 'concierge') or kind = 'closed';

create function preview_of(content jsonb) returns text
    language sql immutable parallel safe
    return left(coalesce(nullif(content ->> 'text', ''), content #>> '{files,0,name}', ''), 160);

-- One entry: statements that each look up one row.
create function append_entry(
    in_workspace uuid, channel text, node text, trusted boolean,
    in_conversation uuid, in_entry uuid, in_kind text, in_audience text, in_author_kind text, in_author uuid, body text,
    out place bigint, out outcome text, out seq bigint, out at timestamptz
)
    language plpgsql
    set search_path = alongside, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_bitmapscan = off
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    c record;
    known record;
    content jsonb := body::jsonb;
    takes_part boolean := false;
    moment timestamptz;
    shown boolean := in_kind = 'message' and in_audience = 'everyone';
    asked boolean := asks(in_kind, in_author_kind, content);
    answered boolean := answers(in_kind, in_author_kind);
begin
    perform set_config('alongside.workspace', in_workspace::text, true);
    place := 1;
    select conversation_id, person_id, status = 'open' as is_open, held_by, last_seq, last_entry_at into c
        from conversation
        where workspace_id = in_workspace and conversation_id = in_conversation
        for no key update;
    select e.seq, e.at, e.author_kind, e.author_id into known
        from entry e
        where e.workspace_id = in_workspace and e.conversation_id = in_conversation and e.entry_id = in_entry;
    if in_author_kind = 'agent' then
        select true into takes_part
            from participant p
            where p.workspace_id = in_workspace and p.conversation_id = in_conversation
                and p.kind = 'agent' and p.participant_id = in_author and p.left_at is null;
    end if;
    outcome := judged(trusted, in_kind, in_author_kind, in_author, c.conversation_id is not null, c.person_id,
        c.is_open, c.held_by, takes_part, known.author_kind, known.author_id);
    if outcome <> 'stored' then
        seq := known.seq;
        at := known.at;
        return;
    end if;

    moment := greatest(clock_timestamp(), c.last_entry_at);
    seq := c.last_seq + 1;
    at := moment;
    insert into entry (workspace_id, conversation_id, seq, entry_id, kind, audience, author_kind, author_id, at, body)
        values (in_workspace, in_conversation, append_entry.seq, in_entry, in_kind, in_audience, in_author_kind,
            in_author, moment, content);
    update conversation set
            last_seq = append_entry.seq,
            last_entry_at = case when in_audience = 'everyone' then moment else last_entry_at end,
            preview = case when shown then preview_of(content) else preview end,
            preview_author = case when shown then in_author_kind else preview_author end,
            waiting_since = case
                when asked then coalesce(waiting_since, moment)
                when not answered then waiting_since
            end
        where workspace_id = in_workspace and conversation_id = in_conversation;
    insert into outbox (workspace_id, type, payload)
        values (in_workspace, 'entries_appended', jsonb_build_object('type', 'entries_appended', 'ranges',
            jsonb_build_array(jsonb_build_array(in_conversation, append_entry.seq, append_entry.seq))));
    if channel <> '' then
        perform pg_notify(channel, json_build_object('from', node, 'messages', json_build_array(json_build_object(
            'type', 'hints', 'workspace_id', in_workspace, 'hints', json_build_array(json_build_array(
                'conversation:' || in_conversation, append_entry.seq, append_entry.seq)))))::text);
    end if;
end
$$;

-- A batch of entries for many conversations of one workspace, in one round trip; no entry twice.
--
-- Locks the conversations in the order of their ids (so that batches of several nodes wait for each other and never
-- deadlock) and keeps what is read of them in arrays, a place for each; then, with a fresh snapshot, looks for what is
-- there already, judges every row for itself, numbers the rows that stand, and keeps the conversations' summaries. A row
-- that cannot be stored says why and harms no other row.
--
-- Hints for other nodes are the JSON of realtime/bus.py (`Envelope` with `Hints`), at most 70 conversations each:
-- below the 8,000 bytes that PostgreSQL takes, however long the numbers are.
create or replace function append_entries(
    in_workspace uuid,
    channel text,
    node text,
    trusted boolean,
    conversation_ids uuid[],
    entry_ids uuid[],
    kinds text[],
    audiences text[],
    author_kinds text[],
    author_ids uuid[],
    bodies text[]
) returns table (place bigint, outcome text, seq bigint, at timestamptz)
    language plpgsql
    set search_path = alongside, pg_temp
    -- One plan a session, which must do for one row and for hundreds, for small workspaces and for large ones, also
    -- if it was made when the tables were empty. So nothing is left to estimates: each row is looked up by its key
    -- (the laterals that cannot be flattened), and updated where it was found.
    set plan_cache_mode = force_generic_plan
    set enable_hashjoin = off
    set enable_mergejoin = off
    set enable_bitmapscan = off
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    clock timestamptz;
    places tid[];
    people uuid[];
    opens boolean[];
    holders "char"[];
    lasts bigint[];
    moments timestamptz[];
begin
    perform set_config('alongside.workspace', in_workspace::text, true);
    select array_agg(c.ctid), array_agg(c.person_id), array_agg(c.is_open), array_agg(c.holder), array_agg(c.last_seq),
            array_agg(c.last_entry_at)
        into places, people, opens, holders, lasts, moments
        from (select distinct w.id from unnest(conversation_ids) as w(id) order by w.id) wanted
        left join lateral (
            select c.ctid, c.person_id, c.status = 'open' as is_open, c.held_by::"char" as holder, c.last_seq,
                c.last_entry_at
            from conversation c
            where c.workspace_id = in_workspace and c.conversation_id = wanted.id
            for no key update
        ) c on true;
    clock := clock_timestamp();

    return query
    with given as (
        select g.*, dense_rank() over (order by g.conversation_id) as slot
        from unnest(conversation_ids, entry_ids, kinds, audiences, author_kinds, author_ids, bodies) with ordinality
            as g(conversation_id, entry_id, kind, audience, author_kind, author_id, body, place)
    ),
    judged as (
        select g.*, g.body::jsonb as content, lasts[g.slot] as last_seq, greatest(clock, moments[g.slot]) as moment,
            known.seq as known_seq, known.at as known_at,
            judged(trusted, g.kind, g.author_kind, g.author_id, lasts[g.slot] is not null, people[g.slot],
                opens[g.slot], case holders[g.slot] when 'a' then 'agent' when 'c' then 'concierge' else 'queue' end,
                taking.part, known.author_kind, known.author_id) as outcome
        from given g
        left join lateral (
            select e.seq, e.at, e.author_kind, e.author_id from entry e
            where e.workspace_id = in_workspace and e.conversation_id = g.conversation_id and e.entry_id = g.entry_id
            offset 0
        ) known on true
        left join lateral (
            select true as part from participant p
            where p.workspace_id = in_workspace and p.conversation_id = g.conversation_id
                and p.kind = 'agent' and p.participant_id = g.author_id and p.left_at is null
                and g.author_kind = 'agent'
            offset 0
        ) taking on true
    ),
    numbered as materialized (
        select j.*,
            j.last_seq + count(*) filter (where j.outcome = 'stored') over of_one as new_seq,
            max(j.place) filter (where j.outcome = 'stored' and j.kind = 'message' and j.audience = 'everyone')
                over (partition by j.slot) as shown_place,
            asks(j.kind, j.author_kind, j.content) as asks,
            answers(j.kind, j.author_kind) as answers
        from judged j
        window of_one as (partition by j.slot order by j.place)
    ),
    inserted as (
        insert into entry (
            workspace_id, conversation_id, seq, entry_id, kind, audience, author_kind, author_id, at, body
        )
        select in_workspace, f.conversation_id, f.new_seq, f.entry_id, f.kind, f.audience, f.author_kind,
            f.author_id, f.moment, f.content
        from numbered f
        where f.outcome = 'stored'
    ),
    changed as materialized (
        select places[f.slot] as found_at, f.conversation_id, min(f.new_seq) as first_seq,
            max(f.new_seq) as final_seq, max(f.moment) as moment, bool_or(f.audience = 'everyone') as seen,
            max(f.new_seq) filter (where f.asks) as asked,
            max(f.new_seq) filter (where f.answers) as answered,
            max(preview_of(f.content)) filter (where f.place = f.shown_place) as preview,
            max(f.author_kind) filter (where f.place = f.shown_place) as preview_author
        from numbered f
        where f.outcome = 'stored'
        group by f.slot, f.conversation_id
    ),
    updated as (
        update conversation c set
            last_seq = n.final_seq,
            last_entry_at = case when n.seen then n.moment else c.last_entry_at end,
            preview = coalesce(n.preview, c.preview),
            preview_author = coalesce(n.preview_author, c.preview_author),
            waiting_since = case
                when n.asked is null and n.answered is null then c.waiting_since
                when n.answered is null then coalesce(c.waiting_since, n.moment)
                when n.asked > n.answered then n.moment
            end
        from changed n
        where c.ctid = n.found_at -- locked, so nobody moves it
    ),
    announced as (
        insert into outbox (workspace_id, type, payload)
        select in_workspace, 'entries_appended', jsonb_build_object('type', 'entries_appended',
            'ranges', jsonb_agg(jsonb_build_array(n.conversation_id, n.first_seq, n.final_seq)))
        from changed n
        having count(*) > 0
    ),
    told as materialized (
        select pg_notify(channel, part.payload)
        from (
            select json_build_object('from', node, 'messages', json_build_array(json_build_object(
                'type', 'hints', 'workspace_id', in_workspace, 'hints', json_agg(json_build_array(
                    'conversation:' || n.conversation_id, n.first_seq, n.final_seq)))))::text as payload
            from (select c.*, (row_number() over () - 1) / 70 as part from changed c) n
            where channel <> ''
            group by n.part
        ) part
    )
    select n.place, n.outcome, case when n.outcome = 'stored' then n.new_seq else n.known_seq end,
        case when n.outcome = 'stored' then n.moment else n.known_at end
    from numbered n
    where (select count(*) from told) >= 0 -- what nobody reads would not be done
    order by n.place;
end
$$;
