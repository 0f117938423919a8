import { expect, test, vi } from 'vitest';
import { Shortcuts } from './shortcuts';

function press(target: EventTarget, key: string, over: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...over });
  target.dispatchEvent(event);
  return event;
}

test('a key does what it was bound to, and nothing once unbound', () => {
  const shortcuts = new Shortcuts();
  const next = vi.fn();
  const unbind = shortcuts.bind({ next });
  expect(shortcuts.press(press(document.body, 'j'))).toBe(true);
  unbind();
  expect(shortcuts.press(press(document.body, 'j'))).toBe(false);
  expect(next).toHaveBeenCalledTimes(1);
});

test('keys mean letters while somebody writes, and combinations belong to the browser', () => {
  const shortcuts = new Shortcuts();
  const next = vi.fn();
  shortcuts.bind({ next });
  const field = document.body.appendChild(document.createElement('textarea'));
  expect(shortcuts.press(press(field, 'j'))).toBe(false);
  expect(shortcuts.press(press(document.body, 'j', { ctrlKey: true }))).toBe(false);
  expect(next).not.toHaveBeenCalled();
});
