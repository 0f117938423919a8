-- The fence between workspaces. Every transaction of the server says once which workspace it is in; a row of
-- another one is not there for it, and cannot be written.
create function current_workspace() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('alongside.workspace', true), '')::uuid;

-- Called for every table, after it was made. Forced: the owner of the table is fenced too.
create procedure fence(fenced regclass)
    language plpgsql set search_path = alongside, pg_temp as $$
begin
    execute format('alter table %s enable row level security', fenced);
    execute format('alter table %s force row level security', fenced);
    execute format(
        'create policy fence on %s using (workspace_id = alongside.current_workspace()) '
        'with check (workspace_id = alongside.current_workspace())', fenced);
end $$;
