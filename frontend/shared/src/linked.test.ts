import { expect, test } from 'vitest';
import { linked, safeHref } from './linked';

test('addresses in a text become links, and the full stop stays outside', () => {
  expect(linked('See https://luma.example/a?b=1. Or ask help@luma.example!')).toEqual([
    { text: 'See ' },
    { text: 'https://luma.example/a?b=1', href: 'https://luma.example/a?b=1' },
    { text: '. Or ask ' },
    { text: 'help@luma.example', href: 'mailto:help@luma.example' },
    { text: '!' },
  ]);
});

test('a bracket belongs to the address that opened it', () => {
  expect(linked('(https://x.example/a)')[1]).toMatchObject({ text: 'https://x.example/a' });
  expect(linked('https://x.example/a_(b)')[0]).toMatchObject({ text: 'https://x.example/a_(b)' });
});

test('markup and scripts stay plain text', () => {
  expect(linked('<b>javascript:alert(1)</b>')).toEqual([{ text: '<b>javascript:alert(1)</b>' }]);
  expect(['javascript:alert(1)', 'data:text/html,x', 'nonsense', '', null].map(safeHref)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(safeHref('https://x.example')).toBe('https://x.example/');
});
