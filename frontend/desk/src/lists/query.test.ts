import { expect, test } from 'vitest';
import { COLLEAGUE, heldBy, ME, summary } from '../testing/summaries';
import { belongs, compare, type ListQuery } from './query';

const query = (over: Partial<ListQuery>): ListQuery => ({
  view: 'all',
  status: 'open',
  sort: 'newest',
  q: '',
  ...over,
});

test('a list holds what its view says', () => {
  const mine = summary(1, heldBy(ME));
  const theirs = summary(2, heldBy(COLLEAGUE));
  const queued = summary(3);
  const concierge = summary(4, { held_by: 'concierge' });
  const all = [mine, theirs, queued, concierge];
  const shown = (view: ListQuery['view']) => all.filter((each) => belongs(each, query({ view }), ME));
  expect(shown('mine')).toEqual([mine]);
  expect(shown('unassigned')).toEqual([queued]);
  expect(shown('all')).toEqual(all);
});

test('a conversation stands only among those of its status', () => {
  const closed = summary(1, { status: 'closed' });
  const snoozed = summary(2, { status: 'snoozed' });
  expect(belongs(closed, query({}), ME)).toBe(false);
  expect(belongs(closed, query({ status: 'closed' }), ME)).toBe(true);
  expect(belongs(snoozed, query({}), ME)).toBe(false);
});

test('the newest comes first, and ties are broken by id', () => {
  const same = { last_entry_at: '2026-03-01T10:00:00.000000Z' };
  const order = [summary(1), summary(9), summary(5), summary(7, same), summary(8, same)].sort((a, b) =>
    compare(a, b, 'newest'),
  );
  expect(order.map(({ last_seq }) => last_seq)).toEqual([9, 5, 1, 8, 7]);
});

test('who has waited longest comes first, who does not wait comes last', () => {
  const waits = (number: number, since: string | null) => summary(number, { waiting_since: since });
  const order = [
    waits(1, null),
    waits(2, '2026-03-01T09:30'),
    waits(3, '2026-03-01T08:00'),
    waits(4, null),
  ].sort((a, b) => compare(a, b, 'waiting'));
  expect(order.map(({ last_seq }) => last_seq)).toEqual([3, 2, 4, 1]);
});
