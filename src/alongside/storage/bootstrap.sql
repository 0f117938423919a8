-- Before the first migration, as whoever may make roles: the three roles and the schema. Harmless to repeat.
-- In the embedded database the roles exist already. In a database where this login may not make roles, an
-- administrator makes them first (docs/decisions/0006-three-roles.md has the statements).
do $$
declare
    wanted text;
    may_become text := case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end;
begin
    foreach wanted in array array['alongside_owner', 'alongside_server', 'alongside_jobs'] loop
        begin
            if not exists (select from pg_roles where rolname = wanted) then
                execute format('create role %I nosuperuser nobypassrls nologin', wanted);
            end if;
        exception when duplicate_object or unique_violation then
            null; -- another database of this cluster is being migrated at the same moment
        end;
        begin
            if session_user <> 'alongside_owner' and not pg_has_role(session_user, wanted, may_become) then
                execute format('grant %I to %I', wanted, session_user);
            end if;
        exception when insufficient_privilege then
            null; -- another login takes on that role; whether this one may be the owner shows below
        end;
    end loop;
    if session_user <> 'alongside_owner' then
        execute format('grant create on database %I to alongside_owner', current_database());
    end if;
end $$;
set role alongside_owner;
create schema if not exists alongside;
grant usage on schema alongside to alongside_server, alongside_jobs;
alter default privileges in schema alongside grant select, insert, update, delete on tables to alongside_server;
alter default privileges in schema alongside grant usage, select on sequences to alongside_server;
create table if not exists alongside.migration (
    number integer primary key,
    name text not null,
    checksum bytea not null,
    applied_at timestamptz not null default now(),
    lives_with integer
);
do $$
begin
    if not exists (select from pg_attribute where attrelid = 'alongside.migration'::regclass and attname = 'lives_with')
    then
        alter table alongside.migration add column lives_with integer;
    end if;
end $$;
revoke insert, update, delete on alongside.migration from alongside_server;
