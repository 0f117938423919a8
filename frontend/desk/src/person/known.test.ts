import { expect, test } from 'vitest';
import { withPage } from './known.svelte';

const view = (url: string, minute: number) => ({
  url,
  title: url,
  viewed_at: `2026-03-01T10:0${minute}:00Z`,
});

test('a page that is opened now comes first, and opened again only becomes newer', () => {
  const pages = withPage(withPage([], view('/a', 1)), view('/b', 2));
  expect(pages.map(({ url }) => url)).toEqual(['/b', '/a']);
  const again = withPage(pages, view('/b', 3));
  expect(again.map(({ viewed_at }) => viewed_at.slice(14, 16))).toEqual(['03', '01']);
});

test('only the last few pages are kept', () => {
  const many = Array.from({ length: 9 }, (_, number) => view(`/${number}`, number)).reduce(
    withPage,
    [] as readonly ReturnType<typeof view>[],
  );
  expect([many.length, many[0]?.url]).toEqual([8, '/8']);
});
