-- lives with: 0006
-- Uploads that go on after an interruption, and content that nobody refers to any more.
-- The new indexes are on `file`, which is small beside the journal and written seldom: its lock is short.
-- squawk-ignore-file require-concurrent-index-creation

-- An upload that is not whole yet. The parts lie where files do; which of them count is settled here, so that the
-- next one may come to another node. `holder`: the request that may add the next part. A newer request takes it
-- over, and the older one finds out when it wants to add.
create table upload (
    workspace_id uuid not null references workspace,
    upload_id uuid not null,
    name text not null check (char_length(name) between 1 and 255),
    length bigint not null check (length >= 0),
    received bigint not null default 0 check (received between 0 and length),
    parts bigint not null default 0 check (parts >= 0),
    holder uuid,
    uploader_kind text not null check (uploader_kind in ('person', 'agent', 'system')),
    uploader_id uuid,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (workspace_id, upload_id)
);
create index upload_uploader on upload (workspace_id, uploader_kind, uploader_id);
create index upload_expires on upload (workspace_id, expires_at);
call fence('upload');

create table upload_part (
    workspace_id uuid not null references workspace,
    upload_id uuid not null,
    starts_at bigint not null check (starts_at >= 0),
    size bigint not null check (size > 0),
    upload_part_id uuid not null,
    primary key (workspace_id, upload_id, starts_at),
    foreign key (workspace_id, upload_id) references upload on delete cascade
);
call fence('upload_part');

-- Content that may be nobody's: noted before anything is put under a hash, and when a file's row is deleted. The
-- sweep looks whether a row refers to it, and takes it away if none does.
create table loose_content (
    workspace_id uuid not null references workspace,
    sha256 bytea not null check (octet_length(sha256) = 32),
    noted_at timestamptz not null default now(),
    primary key (workspace_id, sha256)
);
create index loose_content_noted on loose_content (workspace_id, noted_at);
call fence('loose_content');

create index file_sha256 on file (workspace_id, sha256);
create index file_created on file (workspace_id, created_at);

create function note_loose_content() returns trigger
    language plpgsql set search_path = alongside, pg_temp as $$
begin
    insert into loose_content (workspace_id, sha256) values (old.workspace_id, old.sha256)
        on conflict (workspace_id, sha256) do update set noted_at = now();
    return null;
end $$;

create trigger note_loose_content after delete on file
    for each row execute function note_loose_content();
