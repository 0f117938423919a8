/** What a thread shows: the journal's entries, then those of this client that the journal does not have yet. */

import type { Pending } from './outbox';
import type { Author, Entry, Uuid } from './words';

/** sent: in the journal · sending: on its way · waiting: for the network or its turn · failed: refused. */
export type Delivery = 'sent' | 'sending' | 'waiting' | 'failed';

export interface ThreadItem extends Omit<Entry, 'seq'> {
  /** Null until the server has given one. */
  seq: number | null;
  delivery: Delivery;
  /** For `retry` and `discard`, while it is not sent. */
  pendingId: string | null;
  failure: Pending['failure'] | null;
}

/** Answered by the server, but not arrived by the topic yet. */
export interface Acknowledged {
  entryId: Uuid;
  seq: number | null;
  at: string | null;
  command: Pending;
}

const items = new WeakMap<Entry, ThreadItem>();

export function timeline(
  entries: readonly Entry[],
  acknowledged: readonly Acknowledged[],
  pending: readonly Pending[],
  me: Author,
): readonly ThreadItem[] {
  const known = new Set<unknown>(entries.map(({ entry_id }) => entry_id));
  const answered = acknowledged.filter(({ entryId }) => !known.has(entryId) && known.add(entryId));
  const shown = pending.filter(({ shown, data }) => shown && !known.has(data.entry_id));
  return [
    ...entries.map(ofEntry),
    ...answered.map(({ command, seq, at }) => ({
      ...ofPending(command, me),
      seq,
      delivery: 'sent' as const,
      ...(at && { at }),
    })),
    ...shown.map((command) => ofPending(command, me)),
  ];
}

/** The same entry gives the same item, so that a list redraws only what changed. */
function ofEntry(entry: Entry): ThreadItem {
  let item = items.get(entry);
  if (!item) items.set(entry, (item = { ...entry, delivery: 'sent', pendingId: null, failure: null }));
  return item;
}

function ofPending(command: Pending, me: Author): ThreadItem {
  const { shown, data, state, queuedAt } = command;
  return {
    seq: null,
    entry_id: data.entry_id ?? command.id,
    kind: shown!.kind,
    audience: shown!.kind === 'note' ? 'team' : 'everyone',
    author: me,
    at: new Date(queuedAt).toISOString(),
    body: shown!.body,
    delivery: state === 'queued' ? 'waiting' : state,
    pendingId: command.id,
    failure: command.failure ?? null,
  };
}
