import { expect, test } from 'vitest';
import { slugOf } from './slug';

test('a short name is made from the full one', () => {
  expect(slugOf('Luma Energy')).toBe('luma-energy');
  expect(slugOf('Müller & Söhne GmbH')).toBe('mueller-soehne-gmbh');
  expect(slugOf('  Crème Brûlée! ')).toBe('creme-brulee');
  expect(slugOf('東京')).toBe('');
});
