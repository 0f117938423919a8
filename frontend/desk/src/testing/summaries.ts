/** Conversations for tests. */

import type { Summary, ThreadItem } from '@alongside/sdk';

export const ME = '00000000-0000-4000-8000-00000000000a';
export const COLLEAGUE = '00000000-0000-4000-8000-00000000000b';

export function idOf(number: number): string {
  return `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;
}

export function summary(number: number, over: Partial<Summary> = {}): Summary {
  return {
    conversation_id: idOf(number),
    person: { person_id: idOf(1000 + number), name: `Person ${number}`, verified: false },
    inbox_id: idOf(0),
    channel: 'web',
    status: 'open',
    held_by: 'queue',
    assignee: null,
    last_seq: number,
    last_entry_at: `2026-03-01T10:${String(number).padStart(2, '0')}:00.000000Z`,
    preview: `Words ${number}`,
    preview_author: 'person',
    waiting_since: null,
    created_at: '2026-03-01T09:00:00.000000Z',
    closed_at: null,
    unread: 0,
    ...over,
  };
}

export function heldBy(agentId: string, name = 'Mara'): Pick<Summary, 'held_by' | 'assignee'> {
  return { held_by: 'agent', assignee: { agent_id: agentId, name } };
}

export function item(seq: number, over: Partial<ThreadItem> = {}): ThreadItem {
  return {
    seq,
    entry_id: idOf(5000 + seq),
    kind: 'message',
    audience: 'everyone',
    author: { kind: 'person', id: idOf(1) },
    at: `2026-03-01T10:00:${String(seq).padStart(2, '0')}.000000Z`,
    body: { text: `Words ${seq}` },
    delivery: 'sent',
    pendingId: null,
    failure: null,
    ...over,
  };
}
