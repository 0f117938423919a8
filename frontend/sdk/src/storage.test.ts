import { beforeEach, expect, test } from 'vitest';
import { browserStorage } from './storage';

beforeEach(() => localStorage.clear());

test('keys live under their prefix and leave others alone', () => {
  localStorage.setItem('other', 'theirs');
  const storage = browserStorage(() => localStorage, 'alongside:luma:');
  storage.set('draft', 'hello');
  expect(localStorage.getItem('alongside:luma:draft')).toBe('hello');
  expect(storage.keys()).toEqual(['draft']);
  storage.remove('draft');
  expect([storage.get('draft'), localStorage.length]).toEqual([null, 1]);
});

test('where the browser forbids storage, memory takes its place', () => {
  const storage = browserStorage(() => {
    throw new DOMException('no', 'SecurityError');
  }, 'x:');
  storage.set('draft', 'hello');
  expect([storage.get('draft'), storage.keys()]).toEqual(['hello', ['draft']]);
});

test('what does not fit any more lives as long as the page', () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
    removeItem: () => {},
  } as unknown as Storage;
  const storage = browserStorage(() => full, 'x:');
  storage.set('draft', 'hello');
  expect(storage.get('draft')).toBe('hello');
});
