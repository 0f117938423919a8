-- lives with: 0006
-- When a person was seen last stands with the person, so that the list of people is read in its order instead of
-- asking for the devices of everybody who was ever here. The database keeps it: servers of the version before know
-- nothing of it.
-- The index is on `person`, which is small beside the journal and written seldom: its lock is short.
-- squawk-ignore-file require-concurrent-index-creation
alter table person add column seen_at timestamptz;

-- The owner is fenced, too: for these rows the fence is lowered within this transaction, and nobody sees it.
alter table person no force row level security;
alter table device no force row level security;
update person p set seen_at = coalesce((select max(d.seen_at) from device d
    where d.workspace_id = p.workspace_id and d.person_id = p.person_id), p.created_at);
alter table person force row level security;
alter table device force row level security;

alter table person alter column seen_at set default now();
-- squawk-ignore adding-not-nullable-field
alter table person alter column seen_at set not null;
create index person_seen on person (workspace_id, seen_at desc, person_id desc);

create function person_seen() returns trigger
    language plpgsql set search_path = alongside, pg_temp as $$
begin
    update person set seen_at = greatest(seen_at, new.seen_at)
        where workspace_id = new.workspace_id and person_id = new.person_id and seen_at < new.seen_at;
    return null;
end $$;
create trigger person_seen after insert or update of seen_at, person_id on device
    for each row execute function person_seen();
