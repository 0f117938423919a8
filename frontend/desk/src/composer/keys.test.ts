import { expect, test } from 'vitest';
import { sends } from './keys';

const enter = { key: 'Enter', shiftKey: false, ctrlKey: false, metaKey: false, isComposing: false };

test('Enter sends, or begins a line, as was chosen', () => {
  expect(sends(enter, 'enter')).toBe(true);
  expect(sends(enter, 'ctrl-enter')).toBe(false);
  expect(sends({ ...enter, ctrlKey: true }, 'ctrl-enter')).toBe(true);
  expect(sends({ ...enter, metaKey: true }, 'ctrl-enter')).toBe(true);
  expect(sends({ ...enter, shiftKey: true }, 'enter')).toBe(false);
});

test('Enter that ends the composing of a letter sends nothing', () => {
  expect(sends({ ...enter, isComposing: true }, 'enter')).toBe(false);
});
