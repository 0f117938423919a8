import type { ThreadItem } from '@alongside/sdk';
import { expect, test } from 'vitest';
import { COLLEAGUE, item, ME } from '../testing/summaries';
import { Speech } from '../text/speech.svelte';
import { eventWords } from './eventWords';

const { t } = new Speech();
const by = { kind: 'agent' as const, id: COLLEAGUE };
const said = (over: Partial<ThreadItem>) => eventWords(item(1, over), { t, me: ME, name: () => 'Jonas' });

test('every kind of event has its line', () => {
  expect(said({ kind: 'started', body: {} })).toBe('The conversation began');
  expect(said({ kind: 'joined', author: by, body: { name: 'Jonas' } })).toBe('Jonas joined');
  expect(said({ kind: 'left', author: by, body: { name: 'Jonas' } })).toBe('Jonas left');
  expect(said({ kind: 'handed_over', body: { to: 'queue', reason: 'asked' } })).toBe(
    'The customer asked for a human',
  );
  expect(said({ kind: 'closed', author: by, body: {} })).toBe('Jonas closed the conversation');
  expect(said({ kind: 'reopened', author: by, body: {} })).toBe('Jonas reopened the conversation');
  expect(said({ kind: 'identified', body: { name: 'Sofia' } })).toBe('Recognised as Sofia');
});

test('an assignment says who gave what to whom', () => {
  const assigned = (author: ThreadItem['author'], agent_id: string | null) =>
    said({ kind: 'assigned', author, body: { agent_id, name: 'Amina', by: null } });
  const me = { kind: 'agent' as const, id: ME };
  expect(assigned(me, ME)).toBe('You took the conversation');
  expect(assigned(by, ME)).toBe('Jonas assigned you');
  expect(assigned(me, COLLEAGUE)).toBe('You assigned Amina');
  expect(assigned(by, COLLEAGUE)).toBe('Jonas took the conversation');
  expect(assigned(by, 'somebody')).toBe('Jonas assigned Amina');
  expect(assigned(me, null)).toBe('You returned the conversation to the queue');
});

test('a kind that we do not know is not shown', () => {
  expect(said({ kind: 'from_the_future', body: {} })).toBeNull();
});
