-- Written before the first release: every table is empty when this runs, so nothing waits for its locks.
-- squawk-ignore-file require-concurrent-index-creation, adding-foreign-key-constraint, constraint-missing-not-valid

-- A token that says who a visitor is may be repeated by the device that used it, and by no one else.
alter table used_identity_token
    add column device_id uuid,
    add column jwt_hash bytea,
    add column presented_hash bytea,
    add foreign key (workspace_id, device_id) references device;
create index used_identity_token_presented on used_identity_token (workspace_id, presented_hash);

-- An anonymous visitor is one person at a time.
create unique index person_join_living on person_join (workspace_id, anonymous_person_id) where undone_at is null;

-- Lists of people and of what was done are read in pages.
create index person_created on person (workspace_id, created_at desc, person_id desc);
create index audit_entry_page on audit_entry (workspace_id, at desc, audit_entry_id desc);
create index agent_session_dead on agent_session (workspace_id, (coalesce(ended_at, expires_at)));
create index sign_in_failure_at on sign_in_failure (workspace_id, failed_at);
