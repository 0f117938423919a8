import { expect, test } from 'vitest';
import { brandTokens } from '../frame/brand';
import { contrast, inkOn, isColour } from './colour';

const BRANDS = ['#0b6e4f', '#ffcc00', '#000000', '#ffffff', '#777777', '#e4002b', '#7fd4ff', '#1a1a40'];

test('only a colour of six digits is one', () => {
  expect(['#0b6e4f', '#0B6E4F', '#fff', 'red', '#0b6e4f;x', null].filter(isColour)).toEqual([
    '#0b6e4f',
    '#0B6E4F',
  ]);
});

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

test.each(BRANDS)('words on the brand colour %s can be read', (brand) => {
  expect(contrast(inkOn(brand), brand)).toBeGreaterThanOrEqual(4.5);
});

test.each(BRANDS)('words in the brand colour %s can be read in light and dark', (brand) => {
  const light = brandTokens(brand, false);
  const dark = brandTokens(brand, true);
  for (const surface of ['#ffffff', '#eef1f0', light['--accent-soft']!]) {
    expect(contrast(light['--accent-text']!, surface)).toBeGreaterThanOrEqual(4.5);
  }
  for (const surface of ['#161b19', '#29322e', dark['--accent-soft']!]) {
    expect(contrast(dark['--accent-text']!, surface)).toBeGreaterThanOrEqual(4.5);
  }
});
