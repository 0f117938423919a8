-- The first rooms: workspaces, team, people, conversations and their journal, knowledge.
-- Every table carries workspace_id and is fenced by it; every foreign key carries it too,
-- so that a row can never point into another workspace.

create table workspace (
    workspace_id uuid primary key,
    slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text not null check (char_length(name) between 1 and 120),
    locale text not null default 'en',
    brand_colour text not null default '#0b6e4f' check (brand_colour ~ '^#[0-9a-f]{6}$'),
    allowed_origins text[] not null default '{}',
    concierge_name text not null default 'Concierge',
    greeting jsonb not null default '{}',
    created_at timestamptz not null default now()
);
call fence('workspace');

-- Signs the JWT by which a site says who its visitor is; two may live at once, for rotation.
create table identity_secret (
    workspace_id uuid not null references workspace,
    identity_secret_id uuid not null,
    sealed bytea not null,
    created_at timestamptz not null default now(),
    retired_at timestamptz,
    primary key (workspace_id, identity_secret_id)
);
call fence('identity_secret');

-- A JWT is good for one use: its jti is remembered until it would have expired.
create table used_identity_token (
    workspace_id uuid not null references workspace,
    jti text not null check (char_length(jti) between 1 and 200),
    expires_at timestamptz not null,
    primary key (workspace_id, jti)
);
create index used_identity_token_expires on used_identity_token (workspace_id, expires_at);
call fence('used_identity_token');

create table agent (
    workspace_id uuid not null references workspace,
    agent_id uuid not null,
    email text not null check (email = lower(email) and char_length(email) between 3 and 254),
    name text not null check (char_length(name) between 1 and 120),
    role text not null check (role in ('administrator', 'supervisor', 'agent', 'specialist', 'viewer')),
    password_hash text not null,
    locale text,
    created_at timestamptz not null default now(),
    deactivated_at timestamptz,
    primary key (workspace_id, agent_id),
    unique (workspace_id, email)
);
call fence('agent');

create table agent_session (
    workspace_id uuid not null references workspace,
    agent_session_id uuid not null,
    agent_id uuid not null,
    token_hash bytea not null,
    user_agent text not null default '',
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (workspace_id, agent_session_id),
    unique (workspace_id, token_hash),
    foreign key (workspace_id, agent_id) references agent
);
create index agent_session_agent on agent_session (workspace_id, agent_id, created_at desc);
call fence('agent_session');

-- Failed sign-ins by a hash of what was typed and of where it came from, to slow guessing.
create table sign_in_failure (
    workspace_id uuid not null references workspace,
    sign_in_failure_id uuid not null,
    email_hash bytea not null,
    address_hash bytea not null,
    failed_at timestamptz not null default now(),
    primary key (workspace_id, sign_in_failure_id)
);
create index sign_in_failure_email on sign_in_failure (workspace_id, email_hash, failed_at);
create index sign_in_failure_address on sign_in_failure (workspace_id, address_hash, failed_at);
call fence('sign_in_failure');

create table audit_entry (
    workspace_id uuid not null references workspace,
    audit_entry_id uuid not null,
    at timestamptz not null default now(),
    actor_kind text not null check (actor_kind in ('agent', 'person', 'system')),
    actor_id uuid,
    action text not null check (char_length(action) between 1 and 80),
    subject_kind text not null default '',
    subject_id uuid,
    detail jsonb not null default '{}',
    primary key (workspace_id, audit_entry_id)
);
create index audit_entry_at on audit_entry (workspace_id, at desc);
call fence('audit_entry');

create table person (
    workspace_id uuid not null references workspace,
    person_id uuid not null,
    name text check (char_length(name) between 1 and 200),
    locale text,
    created_at timestamptz not null default now(),
    primary key (workspace_id, person_id)
);
call fence('person');

-- One identifier of a person, with how strongly it is known to be theirs.
create table identity (
    workspace_id uuid not null references workspace,
    identity_id uuid not null,
    person_id uuid not null,
    kind text not null check (kind in ('external', 'email', 'phone')),
    value text not null check (char_length(value) between 1 and 320),
    strength text not null check (strength in ('claimed', 'channel', 'verified', 'confirmed')),
    source text not null default '',
    created_at timestamptz not null default now(),
    primary key (workspace_id, identity_id),
    foreign key (workspace_id, person_id) references person
);
create unique index identity_proven on identity (workspace_id, kind, value)
    where strength in ('verified', 'confirmed');
create index identity_person on identity (workspace_id, person_id);
call fence('identity');

create table device (
    workspace_id uuid not null references workspace,
    device_id uuid not null,
    person_id uuid not null,
    token_hash bytea not null,
    user_agent text not null default '',
    locale text,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    forgotten_at timestamptz,
    primary key (workspace_id, device_id),
    unique (workspace_id, token_hash),
    foreign key (workspace_id, person_id) references person
);
create index device_person on device (workspace_id, person_id);
call fence('device');

-- An anonymous visitor turned out to be this person. An edge, not an overwrite: it can be undone exactly.
create table person_join (
    workspace_id uuid not null references workspace,
    person_join_id uuid not null,
    anonymous_person_id uuid not null,
    person_id uuid not null,
    device_id uuid not null,
    joined_at timestamptz not null default now(),
    undone_at timestamptz,
    primary key (workspace_id, person_join_id),
    foreign key (workspace_id, anonymous_person_id) references person,
    foreign key (workspace_id, person_id) references person,
    foreign key (workspace_id, device_id) references device,
    check (anonymous_person_id <> person_id)
);
create index person_join_person on person_join (workspace_id, person_id);
call fence('person_join');

create table page_view (
    workspace_id uuid not null references workspace,
    page_view_id uuid not null,
    device_id uuid not null,
    person_id uuid not null,
    url text not null check (char_length(url) between 1 and 2000),
    title text not null default '' check (char_length(title) <= 300),
    viewed_at timestamptz not null default now(),
    primary key (workspace_id, page_view_id),
    foreign key (workspace_id, device_id) references device,
    foreign key (workspace_id, person_id) references person
);
create index page_view_person on page_view (workspace_id, person_id, viewed_at desc);
call fence('page_view');

-- A configured account of a channel.
create table inbox (
    workspace_id uuid not null references workspace,
    inbox_id uuid not null,
    channel text not null check (channel ~ '^[a-z][a-z0-9_]{0,30}$'),
    name text not null check (char_length(name) between 1 and 120),
    created_at timestamptz not null default now(),
    primary key (workspace_id, inbox_id)
);
call fence('inbox');

create table conversation (
    workspace_id uuid not null references workspace,
    conversation_id uuid not null,
    inbox_id uuid not null,
    person_id uuid not null,
    origin_person_id uuid not null,
    status text not null default 'open' check (status in ('open', 'snoozed', 'closed')),
    held_by text not null default 'concierge' check (held_by in ('concierge', 'queue', 'agent')),
    assignee_id uuid,
    last_seq bigint not null default 0,
    last_entry_at timestamptz not null default now(),
    preview text not null default '',
    preview_author text not null default 'system',
    waiting_since timestamptz,
    created_at timestamptz not null default now(),
    closed_at timestamptz,
    -- Lists are ordered by last_entry_at, which changes with every message. An index on it would be written with every
    -- message too, and all others with it; this changes every five minutes at most, so that the other updates stay
    -- within their page. Lists order by both.
    listed_at timestamptz not null
        generated always as (date_bin('5 minutes', last_entry_at, '2000-01-01 00:00:00+00')) stored,
    primary key (workspace_id, conversation_id),
    foreign key (workspace_id, inbox_id) references inbox,
    foreign key (workspace_id, person_id) references person,
    foreign key (workspace_id, origin_person_id) references person,
    foreign key (workspace_id, assignee_id) references agent,
    check ((held_by = 'agent') = (assignee_id is not null)),
    check ((status = 'closed') = (closed_at is not null))
) with (fillfactor = 70);
create index conversation_person on conversation (person_id, workspace_id);
create index conversation_assignee on conversation (assignee_id, workspace_id, status, listed_at);
-- For lists alone, which say the same condition. A look-up by key must never take these, as it would in a new
-- database: to a planner without statistics all conversations of a workspace are one.
create index conversation_status on conversation (workspace_id, status, listed_at) where created_at > '-infinity';
create index conversation_listed on conversation (workspace_id, listed_at) where created_at > '-infinity';
create index conversation_created on conversation (workspace_id, created_at) where created_at > '-infinity';
call fence('conversation');

-- The journal: everything that happens in a conversation, in one order.
create table entry (
    workspace_id uuid not null, -- the conversation's, which refers to the workspace
    conversation_id uuid not null,
    seq bigint not null check (seq > 0),
    entry_id uuid not null,
    kind text not null check (kind ~ '^[a-z][a-z_]{0,30}$'),
    audience text not null default 'everyone' check (audience in ('everyone', 'team')),
    author_kind text not null check (author_kind in ('person', 'agent', 'concierge', 'system')),
    author_id uuid,
    at timestamptz not null,
    body jsonb not null,
    primary key (workspace_id, conversation_id, seq),
    unique (workspace_id, conversation_id, entry_id),
    foreign key (workspace_id, conversation_id) references conversation
);
call fence('entry');

-- Who takes part, and how far each has read and received.
create table participant (
    workspace_id uuid not null references workspace,
    conversation_id uuid not null,
    kind text not null check (kind in ('person', 'agent')),
    participant_id uuid not null,
    joined_at timestamptz not null default now(),
    left_at timestamptz,
    read_seq bigint not null default 0,
    primary key (workspace_id, conversation_id, kind, participant_id),
    foreign key (workspace_id, conversation_id) references conversation
);
call fence('participant');

create table file (
    workspace_id uuid not null references workspace,
    file_id uuid not null,
    sha256 bytea not null check (octet_length(sha256) = 32),
    name text not null check (char_length(name) between 1 and 255),
    media_type text not null,
    size bigint not null check (size >= 0),
    uploader_kind text not null check (uploader_kind in ('person', 'agent', 'system')),
    uploader_id uuid,
    created_at timestamptz not null default now(),
    primary key (workspace_id, file_id)
);
create index file_uploader on file (workspace_id, uploader_id);
call fence('file');

create table entry_file (
    workspace_id uuid not null references workspace,
    conversation_id uuid not null,
    seq bigint not null,
    file_id uuid not null,
    primary key (workspace_id, conversation_id, seq, file_id),
    foreign key (workspace_id, conversation_id, seq) references entry,
    foreign key (workspace_id, file_id) references file
);
create index entry_file_file on entry_file (workspace_id, file_id);
call fence('entry_file');

create table article (
    workspace_id uuid not null references workspace,
    article_id uuid not null,
    slug text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,120}$'),
    locale text not null,
    title text not null check (char_length(title) between 1 and 200),
    body text not null,
    url text,
    questions text[] not null default '{}',
    audience text not null default 'public' check (audience in ('public', 'internal')),
    published_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (workspace_id, article_id),
    unique (workspace_id, locale, slug)
);
call fence('article');

-- The look-ups that must cross the fence give an id, never a row's content. They run as the owner,
-- who is fenced too (row security is forced) and may read this one table, by a policy of its own.
create policy directory on workspace for select to current_user using (true);
create function workspace_by_slug(wanted text) returns uuid
    language sql stable security definer set search_path = alongside, pg_temp
    return (select workspace_id from workspace where slug = wanted);
create function sole_workspace() returns uuid
    language sql stable security definer set search_path = alongside, pg_temp
    return (select case when count(*) = 1 then (array_agg(workspace_id))[1] end from workspace);
create function workspace_ids() returns setof uuid
    language sql stable security definer set search_path = alongside, pg_temp
    begin atomic select workspace_id from workspace; end;
