"""What rows say of each other beyond the journal: files, authors, who takes part, what waits to be told."""

from alongside.app.verify.check import Check

CHECKS = (
    Check(
        "files of entries",
        {"file_not_noted": "an entry carries a file that nobody may read, for entry_file does not say so"},
        """
        select 'file_not_noted' as name, 'conversation ' || e.conversation_id || ' entry ' || e.seq as subject
          from (
              select e.conversation_id, e.seq, file ->> 'file_id' as file_id
                from entry e cross join lateral jsonb_array_elements(e.body -> 'files') file
               where e.workspace_id = $1 and jsonb_typeof(e.body -> 'files') = 'array'
          ) e
          left join entry_file f on f.workspace_id = $1 and f.conversation_id = e.conversation_id
               and f.seq = e.seq and f.file_id::text = e.file_id
         where f.file_id is null
        """,
    ),
    Check(
        "authors",
        {"author_unknown": "an entry's author is nobody that this workspace knows"},
        """
        select 'author_unknown' as name, author_kind || ' ' || coalesce(author_id::text, 'without an id') as subject
          from (
              select distinct author_kind, author_id from entry
               where workspace_id = $1 and author_kind in ('person', 'agent')
          ) wrote
          left join person h on author_kind = 'person' and h.workspace_id = $1 and h.person_id = author_id
          left join agent a on author_kind = 'agent' and a.workspace_id = $1 and a.agent_id = author_id
         where h.person_id is null and a.agent_id is null
        """,
    ),
    Check(
        "participants",
        {
            "participant_unknown": "who takes part is nobody that this workspace knows",
            "stranger_takes_part": "a person takes part in somebody else's conversation",
            "read_too_far": "somebody has read more than there is",
        },
        """
        select flaw.name, 'conversation ' || p.conversation_id || ' ' || p.kind || ' ' || p.participant_id as subject
          from participant p
          join conversation c on c.workspace_id = $1 and c.conversation_id = p.conversation_id
          left join person h on p.kind = 'person' and h.workspace_id = $1 and h.person_id = p.participant_id
          left join agent a on p.kind = 'agent' and a.workspace_id = $1 and a.agent_id = p.participant_id
          cross join lateral (values
              ('participant_unknown', h.person_id is null and a.agent_id is null),
              ('stranger_takes_part', p.kind = 'person' and p.left_at is null and c.person_id <> p.participant_id),
              ('read_too_far', p.read_seq not between 0 and c.last_seq)
          ) flaw (name, found)
         where p.workspace_id = $1 and flaw.found
        """,
    ),
    Check(
        "outbox and jobs",
        {
            "fact_put_off": "a fact could not be told five times and more: `alongside jobs dead list` shows it",
            "fact_untold": "a fact waits for ten minutes and more: does a server run?",
            "job_lost": "a job is being done for an hour without a sign of life",
        },
        """
        select 'fact_put_off' as name, 'fact ' || outbox_id || ' ' || type as subject
          from outbox where workspace_id = $1 and attempts >= 5
        union all
        select 'fact_untold', 'fact ' || outbox_id || ' ' || type from outbox
         where workspace_id = $1 and attempts = 0
           and not_before < now() - current_setting('alongside.patience')::interval
           and not_before > pg_postmaster_start_time() -- a restored or restarted database has waited innocently
        union all
        select 'job_lost', 'job ' || id || ' ' || entrypoint from job
         where workspace_id = $1 and status = 'picked'
           and heartbeat < now() - current_setting('alongside.patience')::interval * 6
           and heartbeat > pg_postmaster_start_time()
        """,
    ),
)
