import { expect, test } from 'vitest';
import { chooseLocale, differences, direction, format, places, words } from './index';

test('values are put in their places', () => {
  expect(format('{name} has joined', 'en', { name: 'Ada' })).toBe('Ada has joined');
  expect(format('{name} has joined', 'en')).toBe('{name} has joined');
});

test('plurals follow the language', () => {
  const message = '{count, plural, =0 {No messages} one {# message} other {# messages}}';
  expect([0, 1, 2, 1200].map((count) => format(message, 'en', { count }))).toEqual([
    'No messages',
    '1 message',
    '2 messages',
    '1,200 messages',
  ]);
  expect(
    format('{n, plural, one {# plik} few {# pliki} many {# plików} other {# pliku}}', 'pl', { n: 3 }),
  ).toBe('3 pliki');
});

test('a choice is made by its value, and cases may hold places', () => {
  const message = 'To {to, select, queue {the team, {name}} other {somebody}}.';
  expect(format(message, 'en', { to: 'queue', name: 'Ada' })).toBe('To the team, Ada.');
  expect(format(message, 'en', { to: 'x', name: 'Ada' })).toBe('To somebody.');
});

test('quoted braces are plain, other quotes stay', () => {
  expect(format("It's '{here'}", 'en')).toBe("It's {here}");
});

test('a message that is not closed is refused', () => {
  expect(() => format('{count, plural, one {x}', 'en', { count: 1 })).toThrow(SyntaxError);
  expect(() => format('{x, date, short}', 'en', { x: 1 })).toThrow(/No such format/);
});

test('a translation with other places is found', () => {
  expect(places('{a} {n, plural, one {{b}} other {#}}')).toEqual(['a', 'b', 'n']);
  expect(differences({ x: '{a}', y: 'y', z: 'z' }, { x: '{b}', z: 'Z', w: 'w' })).toEqual([
    'missing: y',
    'not in the original: w',
    'other places for values: x',
  ]);
});

test('the language is the first wish that is offered', () => {
  expect(chooseLocale([null, 'fr', 'de-AT', 'en'], ['en', 'de'])).toBe('de');
  expect(chooseLocale(['fr', 'ja'], ['en', 'de'])).toBe('en');
  expect(chooseLocale(['pt-BR'], ['en', 'pt', 'pt-BR'])).toBe('pt-BR');
  expect([direction('de-AT'), direction('ar-EG')]).toEqual(['ltr', 'rtl']);
});

test('a missing translation falls back to the original', () => {
  const de = words<'a' | 'b'>('de', { a: 'Hallo' }, { a: 'Hello', b: 'Bye' });
  expect([de.t('a'), de.t('b')]).toEqual(['Hallo', 'Bye']);
});

test('days and times are said as people say them', () => {
  const now = new Date(2026, 2, 12, 15, 0).getTime();
  const at = (day: number, hour = 9) => new Date(2026, 2, day, hour, 5);
  const en = words('en', {});
  const de = words('de', {});
  expect([at(12), at(11), at(9), at(3)].map((when) => en.day(when, now))).toEqual([
    'Today',
    'Yesterday',
    'Monday',
    'March 3',
  ]);
  expect([at(12), at(11), at(3)].map((when) => de.day(when, now))).toEqual(['Heute', 'Gestern', '3. März']);
  expect(de.when(at(12), now)).toBe('09:05');
  expect(de.day(new Date(2024, 2, 3), now)).toBe('3. März 2024');
  expect(en.ago(now - 30_000, now)).toBe('now');
  expect(en.ago(now - 5 * 60_000, now)).toBe('5 minutes ago');
  expect(en.ago(at(11), now)).toBe('yesterday');
});

test('sizes are short', () => {
  const en = words('en', {});
  expect([en.size(12), en.size(45_600), en.size(1_440_000)]).toEqual(['12 bytes', '46 kB', '1.4 MB']);
});
