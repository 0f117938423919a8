/** What a thread draws, row by row: entries with day marks, the mark of what is new, and groups of one author. */

import { isKind, type Author, type ThreadItem } from '@alongside/sdk';

export type Row =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'new'; key: string }
  | { kind: 'message'; key: string; item: ThreadItem; continued: boolean; seen: boolean }
  | { kind: 'packet'; key: string; item: ThreadItem }
  | { kind: 'event'; key: string; item: ThreadItem };

export interface RowsAsked {
  items: readonly ThreadItem[];
  /** The last sequence the agent had read when the thread was opened; null when that says nothing. */
  newAfter: number | null;
  /** How far the customer has read. */
  customerRead: number;
  me: Author;
}

const GROUP_WITHIN_MS = 5 * 60_000;

export function rowsOf({ items, newAfter, customerRead, me }: RowsAsked): Row[] {
  const rows: Row[] = [];
  const seen = lastSeen(items, customerRead);
  let previous: ThreadItem | null = null;
  let marked = newAfter === null;
  for (const item of items) {
    if (saidAlready(item, previous)) continue;
    if (!previous || dayOf(previous.at) !== dayOf(item.at)) {
      rows.push({ kind: 'day', key: `day-${dayOf(item.at)}`, at: item.at });
      previous = null;
    }
    if (!marked && item.seq !== null && item.seq > (newAfter ?? 0) && !mine(item, me)) {
      rows.push({ kind: 'new', key: 'new' });
      marked = true;
      previous = null;
    }
    rows.push(rowOf(item, continues(previous, item), item === seen));
    previous = item;
  }
  return rows;
}

function rowOf(item: ThreadItem, continued: boolean, seen: boolean): Row {
  if (item.kind === 'message' || item.kind === 'note') {
    return { kind: 'message', key: item.entry_id, item, continued, seen };
  }
  if (item.kind === 'handoff_packet') return { kind: 'packet', key: item.entry_id, item };
  return { kind: 'event', key: item.entry_id, item };
}

/** Whoever takes a conversation joins it by that: one line is enough. */
function saidAlready(item: ThreadItem, previous: ThreadItem | null): boolean {
  if (!previous || !isKind(item, 'joined') || !isKind(previous, 'assigned')) return false;
  return previous.body.agent_id === item.author.id;
}

/** Said by the same one, in the same way, shortly after: drawn without a second head. */
function continues(previous: ThreadItem | null, item: ThreadItem): boolean {
  if (!previous || previous.kind !== item.kind || previous.author.kind !== item.author.kind) return false;
  if (previous.author.id !== item.author.id) return false;
  return Date.parse(item.at) - Date.parse(previous.at) < GROUP_WITHIN_MS;
}

/** The last message to the customer that they have read: it carries the mark. */
function lastSeen(items: readonly ThreadItem[], customerRead: number): ThreadItem | undefined {
  return items.findLast(
    (item) =>
      isKind(item, 'message') &&
      item.author.kind !== 'person' &&
      item.seq !== null &&
      item.seq <= customerRead,
  );
}

function mine(item: ThreadItem, me: Author): boolean {
  return item.author.kind === me.kind && item.author.id === me.id;
}

function dayOf(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
