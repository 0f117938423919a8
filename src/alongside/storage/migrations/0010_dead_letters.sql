-- lives with: 0006
-- Facts that could not be told are listed beside dead jobs, and counted for all workspaces at once.
-- The index is on `outbox`, which is short: what was told is deleted. Its lock is held for a moment.
-- squawk-ignore-file require-concurrent-index-creation

alter table outbox add column failed_at timestamptz; -- when the last try failed

create index outbox_put_off on outbox (workspace_id, outbox_id) where attempts > 0;

-- How many there are, and since when; what they are about stays behind the fence.
grant select (attempts, failed_at) on outbox to alongside_jobs;
