import { differences } from '@alongside/shared/i18n/index.ts';
import type { ConversationState, ThreadItem } from '@alongside/sdk';
import { expect, test } from 'vitest';
import { companyOf } from './company';
import de from './messages/de.json';
import en from './messages/en.json';
import { rowsOf, type Row } from './rows';
import { offeredChoices, standingOf } from './standing';
import { texts } from './texts';

const NOW = new Date(2026, 2, 12, 15).getTime();
const CAST = { concierge: 'Lumi', team: 'Luma team', workspace: 'Luma', participants: [] };
const words = texts('en');
const ADA = { kind: 'agent' as const, id: 'ada' };
const MARA = { kind: 'person' as const, id: 'mara' };
const LUMI = { kind: 'concierge' as const, id: null };
let made = 0;

function item(author: ThreadItem['author'], minute: number, over: Partial<ThreadItem> = {}): ThreadItem {
  made += 1;
  return {
    seq: made,
    entry_id: `e${made}`,
    kind: 'message',
    audience: 'everyone',
    author,
    body: { text: `text ${made}` },
    at: new Date(NOW - 3_600_000 + minute * 60_000).toISOString(),
    delivery: 'sent',
    pendingId: null,
    failure: null,
    ...over,
  };
}

function drawn(items: ThreadItem[]): unknown[] {
  return rowsOf(items, CAST, words, NOW).map((row: Row) => {
    if (row.kind === 'group') return `${row.speaker.name} ×${row.items.length}`;
    return row.kind === 'day' ? `— ${row.label}` : row.text;
  });
}

test('messages of one author within five minutes stand together', () => {
  expect(drawn([item(MARA, 0), item(MARA, 1), item(LUMI, 1), item(LUMI, 7), item(MARA, 8)])).toEqual([
    '— Today',
    'You ×2',
    'Lumi ×1',
    'Lumi ×1',
    'You ×1',
  ]);
});

test('a visitor who became somebody else is still the visitor', () => {
  expect(drawn([item({ kind: 'person', id: 'anonymous' }, 0), item(MARA, 1)])).toEqual(['— Today', 'You ×2']);
});

test('each day is marked once, and not for what is not shown', () => {
  const day = 24 * 60;
  expect(
    drawn([
      item(MARA, -2 * day, { kind: 'started', body: {} }),
      item(MARA, -day),
      item(MARA, -day),
      item(ADA, 0),
    ]),
  ).toEqual(['— Yesterday', 'You ×2', '— Today', 'Luma team ×1']);
});

test('agents have the name with which they joined', () => {
  const joined = item(ADA, 0, { kind: 'joined', body: { name: 'Ada' } });
  expect(drawn([joined, item(ADA, 0)])).toEqual(['— Today', 'Ada has joined', 'Ada ×1']);
});

test('what happened is told in words, and unknown kinds in none', () => {
  const happened = [
    item(LUMI, 0, { kind: 'handed_over', body: { to: 'queue', reason: 'asked' } }),
    item(LUMI, 0, { kind: 'handed_over', body: { to: 'queue', reason: 'unsure' } }),
    item(ADA, 0, { kind: 'closed', body: {} }),
    item(ADA, 0, { kind: 'hologram', body: { beam: true } }),
  ];
  expect(drawn(happened).slice(1)).toEqual([
    words.t('handed_over_asked'),
    words.t('handed_over_queue'),
    words.t('closed'),
  ]);
});

function state(items: ThreadItem[], readByAda = 0, over: Partial<ConversationState> = {}): ConversationState {
  const participants = [{ ...ADA, name: 'Ada', read_seq: readByAda }];
  return { items, participants, summary: null, ...over } as ConversationState;
}

test('the last own message says how far it has come', () => {
  const sent = item(MARA, 0);
  expect(standingOf(state([sent]), words)).toBe('Sent');
  expect(standingOf(state([sent], sent.seq!), words)).toBe('Seen');
  expect(standingOf(state([item(MARA, 0, { delivery: 'waiting', seq: null })]), words)).toBe(
    words.t('waiting'),
  );
  expect(standingOf(state([sent, item(ADA, 1)]), words)).toBeNull();
});

test('quick replies are on offer until the visitor says something', () => {
  const choices = [{ id: 'human', label: 'A human' }];
  const offer = item(LUMI, 0, { body: { text: 'x', choices } });
  expect(offeredChoices([offer])).toEqual(choices);
  expect(offeredChoices([offer, item(MARA, 1)])).toEqual([]);
});

test('the head of the thread says who one is talking to', () => {
  const summary = { status: 'open', held_by: 'agent', assignee: { agent_id: 'ada', name: 'Ada' } };
  const said = (over: object): string[] => {
    const { kind, name, status } = companyOf({ ...summary, ...over } as never, CAST, words);
    return [kind, name, status];
  };
  expect(said({})).toEqual(['agent', 'Ada', 'Luma team']);
  expect(said({ held_by: 'queue', assignee: null })).toEqual(['agent', 'Luma team', words.t('status_queue')]);
  expect(said({ held_by: 'concierge', assignee: null })).toEqual([
    'concierge',
    'Lumi',
    words.t('status_concierge'),
  ]);
  expect(said({ status: 'closed' })[2]).toBe('Closed');
});

test('the German words are complete, and the region of a language is kept', () => {
  expect(differences(en, de)).toEqual([]);
  expect(texts('de-AT').locale).toBe('de-AT');
  expect(texts('fr', 'en-GB').locale).toBe('en-GB');
  expect(texts('not a locale!').locale).toBe('en');
});
