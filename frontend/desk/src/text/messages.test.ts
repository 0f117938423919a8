import { differences, format } from '@alongside/shared/i18n/index.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import de from './de.json';
import en from './en.json';

const SOURCE = join(import.meta.dirname, '..');

function sources(): string[] {
  const names = readdirSync(SOURCE, { recursive: true }).map(String);
  return names.filter((name) => /\.(svelte|ts)$/.test(name) && !name.includes('.test.'));
}

test('German says all that English says', () => {
  expect(differences(en, de)).toEqual([]);
});

test('every message can be read', () => {
  for (const [locale, catalogue] of Object.entries({ en, de })) {
    for (const message of Object.values(catalogue))
      expect(() => format(message, locale, { count: 2 })).not.toThrow();
  }
});

test('no page has words of its own', () => {
  const own = sources().flatMap((name) => {
    const text = readFileSync(join(SOURCE, name), 'utf8');
    const markup = name.endsWith('.svelte')
      ? text.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>|<!--[\s\S]*?-->/g, '')
      : '';
    const written = markup
      .replace(/\{[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*\}/g, '')
      .matchAll(/>([^<>]*[A-Za-z]{2,}[^<>]*)</g);
    const attributes = markup.matchAll(
      /\b(?:title|label|placeholder|aria-label|alt)="([^"{]*[A-Za-z]{2,}[^"]*)"/g,
    );
    return [...written, ...attributes]
      .map(([, words]) => `${name}: ${words?.trim()}`)
      .filter((line) => !/: (·? ?Alongside|https:)/.test(line));
  });
  expect(own).toEqual([]);
});

test('no message is left that nothing shows', () => {
  const all = sources()
    .map((name) => readFileSync(join(SOURCE, name), 'utf8'))
    .join('\n');
  const made = [...all.matchAll(/`([a-z_.]+)\$\{[^`]*\}([a-z_.]*)`/g)].map(
    ([, start, end]) => [start!, end!] as const,
  );
  const shown = (key: string) =>
    all.includes(`'${key}'`) || made.some(([start, end]) => key.startsWith(start) && key.endsWith(end));
  expect(Object.keys(en).filter((key) => !shown(key))).toEqual([]);
});
