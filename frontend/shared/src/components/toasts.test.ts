import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Toasts } from './toasts.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a toast goes by itself, but not while somebody reads it', () => {
  const toasts = new Toasts();
  const id = toasts.show('Saved');
  toasts.pause(id);
  vi.advanceTimersByTime(60_000);
  expect(toasts.shown.length).toBe(1);
  toasts.resume(id);
  vi.advanceTimersByTime(60_000);
  expect(toasts.shown).toEqual([]);
});

test('the same words are not said twice, and at most three stand at once', () => {
  const toasts = new Toasts();
  for (const text of ['one', 'one', 'two', 'three', 'four']) toasts.show(text);
  expect(toasts.shown.map(({ text }) => text)).toEqual(['two', 'three', 'four']);
});
