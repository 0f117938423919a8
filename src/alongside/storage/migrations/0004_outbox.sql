-- Facts on their way to those who act on them. Written in the transaction in which they happened, deleted in the
-- one that passed them on (jobs/relay.py).
create table outbox (
    workspace_id uuid not null default current_workspace() references workspace,
    outbox_id bigint generated always as identity,
    type text not null check (type ~ '^[a-z][a-z_]{0,60}$'),
    payload jsonb not null,
    created_at timestamptz not null default now(),
    attempts bigint not null default 0,
    not_before timestamptz not null default now(),
    failure text,
    primary key (workspace_id, outbox_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
call fence('outbox');

create function outbox_told() returns trigger
    language plpgsql set search_path = alongside, pg_temp as $$
begin
    perform pg_notify('alongside_outbox', '');
    return null;
end $$;
create trigger outbox_told after insert on outbox for each statement execute function outbox_told();

-- The relay sees which workspaces have something to tell; the facts themselves it reads from behind their fence.
grant select (workspace_id, outbox_id, not_before) on outbox to alongside_jobs;
create policy relay on outbox for select to alongside_jobs using (true);
