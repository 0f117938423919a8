/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HUES } from '../components/initials';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const bySystem = css.slice(
  css.indexOf('@media (prefers-color-scheme: dark)'),
  css.indexOf(":root[data-theme='dark']"),
);
const byChoice = css.slice(
  css.indexOf(":root[data-theme='dark']"),
  css.indexOf('@media (prefers-reduced-motion'),
);
const light = values(css.slice(0, css.indexOf('@media (prefers-color-scheme: dark)')));
const themes = { light, dark: { ...light, ...values(bySystem) } };

function values(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!]),
  );
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright! + 0.05) / (dark! + 0.05);
}

test('dark by choice is the same as dark by the system', () => {
  expect(values(byChoice)).toEqual(values(bySystem));
});

describe.each(Object.entries(themes))('%s', (_name, theme) => {
  const grounds = [
    'canvas',
    'surface',
    'surface-raised',
    'surface-sunken',
    'surface-hover',
    'surface-pressed',
    'surface-selected',
  ];
  const least = (foreground: string, backgrounds: string[]) =>
    Math.min(...backgrounds.map((background) => contrast(theme[foreground]!, theme[background]!)));

  test('text can be read on every ground', () => {
    for (const text of [
      'text',
      'text-soft',
      'text-faint',
      'accent-text',
      'danger-text',
      'warning-text',
      'success-text',
    ]) {
      expect.soft(least(text, grounds), text).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('each tone can be read on its own soft ground', () => {
    for (const tone of ['accent', 'danger', 'warning', 'info', 'success', 'concierge']) {
      expect.soft(least(`${tone}-text`, [`${tone}-soft`]), tone).toBeGreaterThanOrEqual(4.5);
    }
    expect(least('note-text', ['note'])).toBeGreaterThanOrEqual(4.5);
    for (let hue = 0; hue < HUES; hue++)
      expect.soft(least(`on-hue-${hue}`, [`hue-${hue}`])).toBeGreaterThanOrEqual(4.5);
  });

  test('words on buttons can be read, pressed or not', () => {
    expect(least('on-accent', ['accent', 'accent-hover', 'accent-pressed'])).toBeGreaterThanOrEqual(4.5);
    expect(least('on-danger', ['danger', 'danger-hover'])).toBeGreaterThanOrEqual(4.5);
  });

  test('the edges of fields, the focus and the dots can be seen', () => {
    for (const edge of ['line-control', 'focus', 'unread', 'online']) {
      expect.soft(least(edge, ['canvas', 'surface', 'surface-raised']), edge).toBeGreaterThanOrEqual(3);
    }
  });
});
