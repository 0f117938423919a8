import { expect, test } from 'vitest';
import { heldScroll, visibleRows } from './windowing';

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `row-${from + index}`);

test('only what can be seen is drawn, with a few to spare', () => {
  const { first, end } = visibleRows(50_000, 800, 80, 10_000);
  expect(first).toBeLessThanOrEqual(625);
  expect(end).toBeGreaterThanOrEqual(635);
  expect(end - first).toBeLessThan(30);
});

test('a short list is drawn whole', () => {
  expect(visibleRows(0, 800, 80, 3)).toEqual({ first: 0, end: 3 });
  expect(visibleRows(0, 800, 80, 0)).toEqual({ first: 0, end: 0 });
});

test('at the top the list stays at the top when something new arrives', () => {
  expect(heldScroll(rows(0, 50), ['new', ...rows(0, 50)], 0, 80)).toBe(0);
});

test('further down, rows that come above do not move what is read', () => {
  expect(heldScroll(rows(0, 50), ['new', ...rows(0, 50)], 1600, 80)).toBe(1680);
});

test('a row that jumps from the visible part to the top moves nothing else', () => {
  const moved = ['row-22', ...rows(0, 50).filter((id) => id !== 'row-22')];
  expect(heldScroll(rows(0, 50), moved, 1600, 80)).toBe(1600);
});

test('rows that leave above let the rest move up unseen', () => {
  expect(heldScroll(rows(0, 50), rows(2, 50), 1600, 80)).toBe(1440);
});
