/** What a thread's items look like as rows: days, lines about what happened, and groups of one author's messages. */

import { isKind, type Author, type Participant, type ThreadItem } from '@alongside/sdk';
import type { Texts } from './texts';

export interface Speaker {
  kind: 'mine' | 'agent' | 'concierge';
  id: string | null;
  name: string;
}

export type Row =
  | { kind: 'day'; key: string; label: string }
  | { kind: 'line'; key: string; text: string }
  | { kind: 'group'; key: string; speaker: Speaker; items: ThreadItem[] };

export interface Cast {
  concierge: string;
  team: string;
  workspace: string;
  participants: readonly Participant[];
}

const GROUP_WITHIN_MS = 5 * 60_000;

export function rowsOf(items: readonly ThreadItem[], cast: Cast, words: Texts, now = Date.now()): Row[] {
  const names = namesIn(items, cast);
  const rows: Row[] = [];
  let day = '';
  for (const item of items) {
    const label = words.day(item.at, now);
    const row = rowOf(item, names, cast, words);
    if (!row) continue;
    if (label !== day) rows.push({ kind: 'day', key: `day ${item.entry_id}`, label });
    day = label;
    const last = rows.at(-1);
    if (row.kind === 'group' && last?.kind === 'group' && goesOn(last, row)) last.items.push(item);
    else rows.push(row);
  }
  return rows;
}

/** Who speaks to the visitor under which name. */
export function speakerOf(
  author: Author,
  names: ReadonlyMap<string, string>,
  cast: Cast,
  you: string,
): Speaker {
  if (author.kind === 'person') return { kind: 'mine', id: null, name: you };
  if (author.kind === 'concierge') return { kind: 'concierge', id: null, name: cast.concierge };
  return { kind: 'agent', id: author.id, name: names.get(author.id ?? '') ?? cast.team };
}

/** Agents by id: those who take part now, and those who once joined. */
export function namesIn(items: readonly ThreadItem[], cast: Cast): Map<string, string> {
  const names = new Map<string, string>();
  for (const item of items) {
    if (isKind(item, 'joined') && item.author.id) names.set(item.author.id, item.body.name);
  }
  for (const { id, name } of cast.participants) if (name) names.set(id, name);
  return names;
}

function rowOf(item: ThreadItem, names: Map<string, string>, cast: Cast, words: Texts): Row | null {
  const key = item.entry_id;
  if (isKind(item, 'message')) {
    return {
      kind: 'group',
      key,
      speaker: speakerOf(item.author, names, cast, words.t('you')),
      items: [item],
    };
  }
  const text = lineOf(item, cast, words);
  return text === null ? null : { kind: 'line', key, text };
}

/** The line about an entry that is no message; null for what need not be said, or is not known here. */
function lineOf(item: ThreadItem, cast: Cast, words: Texts): string | null {
  if (isKind(item, 'joined')) return words.t('joined', { name: item.body.name });
  if (isKind(item, 'left')) return words.t('left', { name: item.body.name });
  if (isKind(item, 'closed')) return words.t('closed');
  if (isKind(item, 'reopened')) return words.t('reopened');
  if (isKind(item, 'identified'))
    return item.body.name ? words.t('identified', { name: item.body.name }) : null;
  if (!isKind(item, 'handed_over')) return null;
  if (item.body.to === 'concierge') return words.t('handed_over_concierge', { name: cast.concierge });
  return words.t(item.body.reason === 'asked' ? 'handed_over_asked' : 'handed_over_queue');
}

function goesOn(last: Row & { kind: 'group' }, next: Row & { kind: 'group' }): boolean {
  const { speaker } = next;
  const pause = Date.parse(next.items[0]!.at) - Date.parse(last.items.at(-1)!.at);
  return last.speaker.kind === speaker.kind && last.speaker.id === speaker.id && pause < GROUP_WITHIN_MS;
}
