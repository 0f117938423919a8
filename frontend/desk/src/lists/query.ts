/** What a list shows and in which order: the same rules as the server's, so that live events can be judged here. */

import type { Summary } from '@alongside/sdk';

export type ListView = 'mine' | 'unassigned' | 'all';
export type ListStatus = 'open' | 'closed';
export type ListSort = 'newest' | 'waiting';

export interface ListQuery {
  view: ListView;
  status: ListStatus;
  sort: ListSort;
  q: string;
}

/** Whether a conversation belongs into the list, as far as that can be told without searching its text. */
export function belongs(summary: Summary, query: ListQuery, me: string): boolean {
  if (summary.status !== query.status) return false;
  if (query.view === 'mine') return summary.assignee?.agent_id === me;
  if (query.view === 'unassigned') return summary.held_by === 'queue';
  return true;
}

/** Orders two summaries as the server does; ties are broken by id so that every page agrees. */
export function compare(a: Summary, b: Summary, sort: ListSort): number {
  const waits = sort === 'waiting' ? waitingFirst(a.waiting_since, b.waiting_since) : 0;
  return (
    waits ||
    latestFirst(a.last_entry_at, b.last_entry_at) ||
    latestFirst(a.conversation_id, b.conversation_id)
  );
}

/** Who has waited longest comes first, who does not wait comes last. */
function waitingFirst(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return -latestFirst(a, b);
}

function latestFirst(a: string, b: string): number {
  return a === b ? 0 : a > b ? -1 : 1;
}
