import { Failure } from '@alongside/sdk';
import { expect, test } from 'vitest';
import type { ListPage } from '../api/conversations';
import { heldBy, ME, summary } from '../testing/summaries';
import { ConversationList, type FetchPage } from './list.svelte';
import type { ListQuery } from './query';

const query: ListQuery = { view: 'unassigned', status: 'open', sort: 'newest', q: '' };
const counts = { mine: 0, unassigned: 0, all: 0 };
const numbers = (list: ConversationList) => list.items.map(({ last_seq }) => last_seq);

function page(items: ListPage['items'], next: string | null = null): ListPage {
  return { items, next_cursor: next, counts };
}

/** A server that answers when the test says so. */
function scripted() {
  const asked: {
    cursor: string | null;
    answer: (page: ListPage) => void;
    refuse: (failure: Failure) => void;
  }[] = [];
  const fetchPage: FetchPage = ({ cursor }) =>
    new Promise((answer, refuse) => asked.push({ cursor, answer, refuse }));
  return { asked, list: new ConversationList(query, ME, fetchPage) };
}

test('pages follow each other by their cursor', async () => {
  const { asked, list } = scripted();
  const first = list.load();
  asked[0]!.answer(page([summary(4), summary(3)], 'after-3'));
  await first;
  expect(list.more).toBe(true);
  const second = list.loadMore();
  expect(asked[1]!.cursor).toBe('after-3');
  asked[1]!.answer(page([summary(2)]));
  await second;
  expect(numbers(list)).toEqual([4, 3, 2]);
  expect(list.more).toBe(false);
});

test('news that comes while a page is on its way is not lost', async () => {
  const { asked, list } = scripted();
  const loading = list.load();
  list.tell(summary(9));
  list.tell({ ...summary(3, heldBy(ME)), last_seq: 8 });
  asked[0]!.answer(page([summary(4), summary(3)]));
  await loading;
  expect(numbers(list)).toEqual([9, 4]);
});

test('after a lost connection everything that was loaded is fetched again', async () => {
  const { asked, list } = scripted();
  const first = list.load();
  asked[0]!.answer(page([summary(4), summary(3)], 'x'));
  await first;
  const second = list.loadMore();
  asked[1]!.answer(page([summary(2), summary(1)]));
  await second;
  const again = list.load();
  asked[2]!.answer(page([summary(6), summary(4)], 'y'));
  await Promise.resolve();
  await Promise.resolve();
  asked[3]!.answer(page([summary(2), summary(1)]));
  await again;
  expect(numbers(list)).toEqual([6, 4, 2, 1]);
});

test('an answer that comes too late is not shown', async () => {
  const { asked, list } = scripted();
  const first = list.load();
  const second = list.load();
  asked[1]!.answer(page([summary(5)]));
  await second;
  asked[0]!.answer(page([summary(1)]));
  await first;
  expect(numbers(list)).toEqual([5]);
});

test('a failure is shown in place of an empty list, but never in place of what is there', async () => {
  const { asked, list } = scripted();
  const first = list.load();
  asked[0]!.refuse(new Failure('unavailable', 'Not now'));
  await first;
  expect(list.phase).toBe('failed');
  const second = list.load();
  asked[1]!.answer(page([summary(1)]));
  await second;
  const third = list.load();
  asked[2]!.refuse(new Failure('unavailable', 'Not now'));
  await third;
  expect([list.phase, list.failure?.code, numbers(list)]).toEqual(['ready', 'unavailable', [1]]);
});
