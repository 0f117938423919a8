"""The journal against the summaries that are kept of it: conversations/summary.py once more, over all of them."""

from alongside.app.verify.check import Check

# `heads`: of every conversation the numbers of those entries that its summary depends on, found in one pass. What
# they say is then looked up by key; `offset 0` keeps it so, whatever the planner believes about a restored table.
_ASKS = """(kind = 'message' and author_kind = 'person' or kind = 'handed_over' and body ->> 'to' = 'queue'
            or kind = 'assigned' and body -> 'agent_id' = 'null')"""
_ANSWERS = "(kind = 'message' and author_kind in ('agent', 'concierge') or kind = 'closed')"
_CARRIED = "e.workspace_id = $1 and e.conversation_id = h.conversation_id"

_JOURNAL = f"""
    with heads as (
        select conversation_id, count(*) as entries, min(seq) as first_seq, max(seq) as last_seq,
               max(seq) filter (where audience = 'everyone') as seen,
               max(seq) filter (where audience = 'everyone' and kind = 'message') as said,
               max(seq) filter (where kind in ('handed_over', 'assigned')) as moved,
               max(seq) filter (where kind in ('closed', 'reopened')) as turned,
               max(seq) filter (where {_ANSWERS}) as answered,
               max(seq) filter (where {_ASKS}) as asked
          from entry where workspace_id = $1 group by conversation_id
    ),
    looked as (
        select coalesce(c.conversation_id, h.conversation_id) as subject, array_remove(array[
            case when h.first_seq <> 1 or h.entries <> h.last_seq then 'seq_gap' end,
            case when c.last_seq <> coalesce(h.last_seq, 0) then 'last_seq' end,
            case when c.last_entry_at <> seen.at then 'last_entry_at' end,
            case when (c.preview, c.preview_author) is distinct from (coalesce(said.preview, ''),
                coalesce(said.author_kind, 'system')) and c.conversation_id is not null then 'preview' end,
            case when c.status <> 'snoozed' and c.waiting_since is distinct from
                case when h.asked > coalesce(h.answered, 0) then asked.at end then 'waiting_since' end,
            case when (c.held_by, c.assignee_id) is distinct from (coalesce(moved.held_by, 'concierge'),
                moved.assignee_id) and c.conversation_id is not null then 'holder' end,
            case when (c.status = 'closed') <> (turned.kind is not distinct from 'closed')
                or c.closed_at <> turned.at and turned.kind = 'closed' then 'status' end
        ], null) as flaws
          from (select * from conversation where workspace_id = $1) c
          full join heads h using (conversation_id)
          left join lateral (select at from entry e where {_CARRIED} and e.seq = h.seen offset 0) seen on true
          left join lateral (
              select left(coalesce(nullif(body ->> 'text', ''), body #>> '{{files,0,name}}', ''), 160) as preview,
                     author_kind
                from entry e where {_CARRIED} and e.seq = h.said offset 0
          ) said on true
          left join lateral (
              select case when kind = 'handed_over' then body ->> 'to'
                          when body -> 'agent_id' = 'null' then 'queue' else 'agent' end as held_by,
                     case when kind = 'assigned' then (body ->> 'agent_id')::uuid end as assignee_id
                from entry e where {_CARRIED} and e.seq = h.moved offset 0
          ) moved on true
          left join lateral (select kind, at from entry e where {_CARRIED} and e.seq = h.turned offset 0) turned on true
          left join lateral (
              select at from entry e
               where {_CARRIED} and h.asked > coalesce(h.answered, 0) and e.seq > coalesce(h.answered, 0) and {_ASKS}
               order by e.seq limit 1
          ) asked on true
    )
    select unnest(flaws) as name, 'conversation ' || subject as subject from looked where cardinality(flaws) > 0
"""

CHECKS = (
    Check(
        "journal",
        {
            "seq_gap": "entries are not numbered 1, 2, 3 … without a gap",
            "last_seq": "last_seq is not the number of the last entry",
            "last_entry_at": "last_entry_at is not the time of the last entry that the customer sees",
            "preview": "the preview is not that of the last message",
            "waiting_since": "waiting_since is not the first question since the last answer",
            "holder": "who holds it is not who it was last given to",
            "status": "open or closed is not what the last entry about it says",
        },
        _JOURNAL,
    ),
    Check(
        "entry ids",
        {"entry_id_twice": "two entries have one id"},
        """
        select 'entry_id_twice' as name, 'conversation ' || conversation_id || ' entry ' || entry_id as subject
          from entry where workspace_id = $1 group by conversation_id, entry_id having count(*) > 1
        """,
    ),
)
