import { memoryStorage } from '@alongside/sdk';
import { expect, test } from 'vitest';
import { idOf } from '../testing/summaries';
import { Drafts } from './drafts';

test('a draft is there again after a reload, in its own conversation and for its own agent', () => {
  const storage = memoryStorage();
  new Drafts(storage, 'ada').write(idOf(1), { mode: 'note', reply: 'Dear', note: 'Check' });
  expect(new Drafts(storage, 'ada').read(idOf(1))).toEqual({ mode: 'note', reply: 'Dear', note: 'Check' });
  expect(new Drafts(storage, 'ada').read(idOf(2)).reply).toBe('');
  expect(new Drafts(storage, 'ben').read(idOf(1)).reply).toBe('');
});

test('a draft that was sent leaves nothing behind', () => {
  const storage = memoryStorage();
  const drafts = new Drafts(storage, 'ada');
  drafts.write(idOf(1), { mode: 'reply', reply: 'Dear', note: '' });
  drafts.write(idOf(1), { mode: 'reply', reply: '', note: '' });
  expect(storage.keys()).toEqual([]);
});

test('drafts do not grow without end, and the newest stays', () => {
  const storage = memoryStorage();
  const drafts = new Drafts(storage, 'ada');
  for (let number = 0; number < 230; number++)
    drafts.write(idOf(number), { mode: 'reply', reply: 'x', note: '' });
  expect(storage.keys().length).toBe(200);
  expect(drafts.read(idOf(229)).reply).toBe('x');
});

test('what cannot be read counts as no draft', () => {
  const storage = memoryStorage();
  storage.set(`draft:ada:${idOf(1)}`, '{broken');
  expect(new Drafts(storage, 'ada').read(idOf(1)).reply).toBe('');
});
