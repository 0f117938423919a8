import { expect, test, vi } from 'vitest';
import { bridgeTo } from './bridge';

const HOST = 'https://luma.test';

function view(hash: string, over: { ancestors?: string[]; top?: boolean } = {}) {
  const target = new EventTarget();
  const parent = { postMessage: vi.fn() };
  const location = { hash, ...(over.ancestors && { ancestorOrigins: over.ancestors }) };
  const made = Object.assign(target, { location, parent: over.top ? target : parent });
  const hear = (data: unknown, origin = HOST, source: unknown = parent): void => {
    target.dispatchEvent(Object.assign(new Event('message'), { data, origin, source }));
  };
  return { window: made as unknown as Window, parent, hear };
}

const HASH = `#embedder=${encodeURIComponent(HOST)}&nonce=secret`;
const message = { type: 'opened', focus: true, alongside: 1, nonce: 'secret' };

test('messages go to the embedding origin alone', () => {
  const { window, parent } = view(HASH);
  bridgeTo(window, () => {})!.send({ type: 'close' });
  expect(parent.postMessage).toHaveBeenCalledWith({ type: 'close', alongside: 1, nonce: 'secret' }, HOST);
});

test('only the parent, from its origin, with the nonce, is heard', () => {
  const { window, hear } = view(HASH);
  const heard = vi.fn();
  bridgeTo(window, heard);
  hear(message, 'https://evil.test');
  hear(message, HOST, {});
  hear({ ...message, nonce: 'guessed' });
  hear({ ...message, alongside: undefined });
  hear('opened');
  hear(null);
  expect(heard).not.toHaveBeenCalled();
  hear(message);
  expect(heard).toHaveBeenCalledOnce();
});

test('an embedder that is not who it says is not spoken to', () => {
  expect(bridgeTo(view(HASH, { ancestors: ['https://evil.test'] }).window, () => {})).toBeNull();
  expect(bridgeTo(view(HASH, { ancestors: [HOST] }).window, () => {})).not.toBeNull();
});

test.each([
  '',
  '#nonce=secret',
  '#embedder=*&nonce=secret',
  '#embedder=javascript:1&nonce=secret',
  `#embedder=${HOST}`,
])('the address %j names no embedder', (hash) => expect(bridgeTo(view(hash).window, () => {})).toBeNull());

test('a page of its own has no bridge', () => {
  expect(bridgeTo(view(HASH, { top: true }).window, () => {})).toBeNull();
});
