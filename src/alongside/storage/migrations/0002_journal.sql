-- The journal's one way in: a batch of entries for many conversations of one workspace, in one round trip.
--
-- Locks the conversations in the order of their ids (so that batches of several nodes wait for each other and never
-- deadlock), looks with a fresh snapshot for what is there already, judges every row for itself, numbers the rows
-- that stand, and keeps the conversations' summaries. A row that cannot be stored says why and harms no other row.
--
-- `trusted` rows come from a transaction that has applied the rules already (conversations/journal.py, `record`).
-- Outcomes: stored · duplicate (same entry again: its first seq and time) · conflict (the id is another author's) ·
-- again (the same id twice in this batch: the second has to wait for the next) · missing · forbidden (a person in
-- somebody else's conversation) · closed · not_joined · not_holding (the concierge after somebody took over).
--
-- Hints for other nodes are the JSON of realtime/bus.py (`Envelope` with `Hints`), at most 70 conversations each:
-- below the 8,000 bytes that PostgreSQL takes, however long the numbers are.
-- The waiting_since that comes out is conversations/summary.py, written in SQL; a test holds them together.
create function append_entries(
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
begin
    perform set_config('alongside.workspace', in_workspace::text, true);
    perform from (select distinct w.id from unnest(conversation_ids) as w(id) order by w.id) wanted
        cross join lateral (
            select from conversation c
            where c.workspace_id = in_workspace and c.conversation_id = wanted.id
            for no key update
        ) locked;
    clock := clock_timestamp();

    return query
    with given as (
        select g.*, row_number() over (partition by g.conversation_id, g.entry_id order by g.place) as nth
        from unnest(conversation_ids, entry_ids, kinds, audiences, author_kinds, author_ids, bodies) with ordinality
            as g(conversation_id, entry_id, kind, audience, author_kind, author_id, body, place)
    ),
    judged as materialized (
        select g.*, g.body::jsonb as content, c.found_at, c.last_seq, greatest(clock, c.last_entry_at) as moment,
            known.seq as known_seq, known.at as known_at,
            case
                when c.conversation_id is null then 'missing'
                when not trusted and g.author_kind = 'person' and c.person_id <> g.author_id then 'forbidden'
                -- a person's first try may date from before we knew who they are
                when known.author_kind = g.author_kind
                    and (g.author_kind = 'person' or known.author_id is not distinct from g.author_id) then 'duplicate'
                when known.seq is not null then 'conflict'
                when g.nth > 1 then 'again'
                when trusted then 'stored'
                when g.kind = 'message' and c.status <> 'open' then 'closed'
                when g.author_kind = 'concierge' and c.held_by <> 'concierge' then 'not_holding'
                when g.author_kind = 'agent' and g.kind = 'message' and (c.held_by <> 'agent' or taking.part is null)
                    then 'not_joined'
                else 'stored'
            end as outcome
        from given g
        left join lateral (
            select c.ctid as found_at, c.conversation_id, c.person_id, c.status, c.held_by, c.last_seq, c.last_entry_at
            from conversation c
            where c.workspace_id = in_workspace and c.conversation_id = g.conversation_id
            offset 0
        ) c on true
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
            j.last_seq + count(*) filter (where j.outcome = 'stored')
                over (partition by j.conversation_id order by j.place) as new_seq,
            j.kind = 'message' and j.audience = 'everyone' as shown,
            j.kind = 'message' and j.author_kind = 'person'
                or j.kind = 'handed_over' and j.content @> '{"to": "queue"}'
                or j.kind = 'assigned' and j.content @> '{"agent_id": null}' as asks,
            j.kind = 'message' and j.author_kind in ('agent', 'concierge') or j.kind = 'closed' as answers
        from judged j
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
        select f.conversation_id, min(f.new_seq) as first_seq, max(f.new_seq) as final_seq, max(f.moment) as moment,
            max(f.found_at) as found_at, bool_or(f.audience = 'everyone') as seen,
            max(f.new_seq) filter (where f.asks) as asked,
            max(f.new_seq) filter (where f.answers) as answered,
            -- the last one shown: sorted by its number, which has one length for all
            max(array[to_char(f.new_seq, '0000000000000000000'), f.author_kind,
                left(coalesce(nullif(f.content ->> 'text', ''), f.content #>> '{files,0,name}', ''), 160)])
                filter (where f.shown) as shown
        from numbered f
        where f.outcome = 'stored'
        group by f.conversation_id
    ),
    updated as (
        update conversation c set
            last_seq = n.final_seq,
            last_entry_at = case when n.seen then n.moment else c.last_entry_at end,
            preview = coalesce(n.shown[3], c.preview),
            preview_author = coalesce(n.shown[2], c.preview_author),
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
