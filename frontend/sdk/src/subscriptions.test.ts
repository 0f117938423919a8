import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Entries, Subscribed } from './frames';
import { Subscriptions, type TopicSink } from './subscriptions';
import { entries, entry, ScriptedSocket, subscribed } from './testing/scripted';

let socket: ScriptedSocket;
let subscriptions: Subscriptions;

beforeEach(() => {
  vi.useFakeTimers();
  socket = new ScriptedSocket();
  subscriptions = new Subscriptions((frame) => (socket.sent.push(frame), true));
});

afterEach(() => vi.useRealTimers());

function sink() {
  let upto: number | null = null;
  const held = {
    upto: () => upto,
    subscribed: vi.fn((frame: Subscribed) => void (upto = frame.upto)),
    entries: vi.fn((frame: Entries) => void (upto = frame.upto)),
    event: vi.fn(),
    ended: vi.fn(),
  } satisfies TopicSink;
  return held;
}

test('a topic is asked for at once, and again from the last sequence after each welcome', () => {
  subscriptions.open('conversation:c', sink());
  expect(socket.last('subscribe').after).toBeNull();
  subscriptions.receive(subscribed(socket, 'conversation:c', { entries: [entry(1), entry(2)] }));
  subscriptions.receive(entries('conversation:c', 2, [entry(3)]));
  subscriptions.resume();
  expect(socket.last('subscribe').after).toBe(3);
});

test('a gap in the sequence is not shown but asked for', () => {
  const held = sink();
  subscriptions.open('conversation:c', held);
  subscriptions.receive(subscribed(socket, 'conversation:c', { entries: [entry(1)] }));
  subscriptions.receive(entries('conversation:c', 2, [entry(3)]));
  expect(held.entries).not.toHaveBeenCalled();
  expect(socket.all('subscribe')).toHaveLength(2);
  expect(socket.last('subscribe').after).toBe(1);
});

test('a snapshot that comes again unasked is taken like the first', () => {
  const held = sink();
  subscriptions.open('conversation:c', held);
  const first = subscribed(socket, 'conversation:c', { entries: [entry(1)] });
  subscriptions.receive(first);
  subscriptions.receive({ ...first, after: 1, upto: 2, entries: [entry(2)] });
  expect(held.subscribed).toHaveBeenCalledTimes(2);
  expect(held.upto()).toBe(2);
});

test('ranges that are already held are skipped', () => {
  const held = sink();
  subscriptions.open('conversation:c', held);
  subscriptions.receive(subscribed(socket, 'conversation:c', { entries: [entry(1), entry(2)] }));
  subscriptions.receive(entries('conversation:c', 0, [entry(1), entry(2)]));
  expect(held.entries).not.toHaveBeenCalled();
});

test('an empty range moves on: its entries were for other eyes', () => {
  const held = sink();
  subscriptions.open('conversation:c', held);
  subscriptions.receive(subscribed(socket, 'conversation:c', { entries: [entry(1)] }));
  subscriptions.receive(entries('conversation:c', 1, [], 2));
  subscriptions.receive(entries('conversation:c', 2, [entry(3)]));
  expect(held.entries).toHaveBeenCalledTimes(2);
  expect(socket.all('subscribe')).toHaveLength(1);
});

test('what an outdated subscription still says is ignored', () => {
  const held = sink();
  subscriptions.open('conversation:c', held);
  const first = subscribed(socket, 'conversation:c', { entries: [entry(1)] });
  subscriptions.resume();
  subscriptions.receive(first);
  subscriptions.receive(entries('conversation:c', 0, [entry(1)]));
  expect(held.subscribed).not.toHaveBeenCalled();
  expect(held.entries).not.toHaveBeenCalled();
});

test('a revoked topic ends and is not asked for again', () => {
  const held = sink();
  subscriptions.open('conversation:c', held);
  subscriptions.receive(subscribed(socket, 'conversation:c'));
  subscriptions.receive({ type: 'revoked', topic: 'conversation:c', code: 'forbidden', message: 'No more' });
  expect(held.ended.mock.calls[0]?.[0]).toMatchObject({ code: 'forbidden' });
  subscriptions.resume();
  expect(socket.all('subscribe')).toHaveLength(1);
});

test('a topic that is not possible now is asked for later', () => {
  subscriptions.open('mine', sink());
  const asked = socket.last('subscribe').id;
  subscriptions.receive({
    type: 'error',
    id: asked,
    code: 'unavailable',
    message: '',
    hint: '',
    retry_after: 3,
  });
  vi.advanceTimersByTime(4_999);
  expect(socket.all('subscribe')).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(socket.all('subscribe')).toHaveLength(2);
});

test('a topic that is refused ends', () => {
  const held = sink();
  subscriptions.open('conversation:c', held);
  subscriptions.receive({
    type: 'error',
    id: socket.last('subscribe').id,
    code: 'not_found',
    message: '',
    hint: '',
  });
  expect(held.ended).toHaveBeenCalledOnce();
});

test('a closed topic is unsubscribed and may be opened anew', () => {
  const close = subscriptions.open('mine', sink());
  close();
  expect(socket.last('unsubscribe').topic).toBe('mine');
  subscriptions.open('mine', sink());
  close();
  expect(socket.all('unsubscribe')).toHaveLength(1);
});
