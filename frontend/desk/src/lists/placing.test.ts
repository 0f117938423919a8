import { expect, test } from 'vitest';
import { heldBy, ME, summary } from '../testing/summaries';
import { extended, placed } from './placing';
import type { ListQuery } from './query';

const unassigned: ListQuery = { view: 'unassigned', status: 'open', sort: 'newest', q: '' };
const numbers = (items: readonly { last_seq: number }[]) => items.map(({ last_seq }) => last_seq);

test('news moves a conversation to its place', () => {
  const items = [summary(3), summary(2), summary(1)];
  const news = { ...summary(1), last_seq: 10, last_entry_at: '2026-03-01T11:00:00.000000Z' };
  expect(numbers(placed({ items, more: false }, news, unassigned, ME))).toEqual([10, 3, 2]);
});

test('a conversation that somebody took leaves the list of the unassigned', () => {
  const items = [summary(3), summary(2), summary(1)];
  const taken = { ...summary(2, heldBy(ME)), last_seq: 5 };
  expect(numbers(placed({ items, more: false }, taken, unassigned, ME))).toEqual([3, 1]);
});

test('a new one appears, and one that does not belong changes nothing', () => {
  const items = [summary(1)];
  expect(numbers(placed({ items, more: false }, summary(2), unassigned, ME))).toEqual([2, 1]);
  expect(placed({ items, more: false }, summary(2, heldBy(ME)), unassigned, ME)).toBe(items);
});

test('what sorts behind the loaded part is left to the next page', () => {
  const items = [summary(9), summary(8)];
  expect(numbers(placed({ items, more: true }, summary(1), unassigned, ME))).toEqual([9, 8]);
  expect(numbers(placed({ items, more: false }, summary(1), unassigned, ME))).toEqual([9, 8, 1]);
});

test('late news does not undo newer news', () => {
  const items = [summary(2, { last_seq: 7 })];
  expect(placed({ items, more: false }, summary(2, { last_seq: 6, ...heldBy(ME) }), unassigned, ME)).toBe(
    items,
  );
});

test('while searching, only what was found is kept up to date', () => {
  const searching = { ...unassigned, q: 'meter' };
  const items = [summary(2)];
  expect(numbers(placed({ items, more: false }, summary(3), searching, ME))).toEqual([2]);
  const fresher = summary(2, { last_seq: 4, preview: 'Fresh' });
  expect(placed({ items, more: false }, fresher, searching, ME)[0]?.preview).toBe('Fresh');
});

test('a page that overlaps the one before doubles nothing', () => {
  expect(numbers(extended([summary(3), summary(2)], [summary(2), summary(1)]))).toEqual([3, 2, 1]);
});
