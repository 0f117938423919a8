import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from './errors';
import { Outbox } from './outbox';
import { memoryStorage, type KeyedStorage } from './storage';

interface Sent {
  name: string;
  data: { text?: string; entry_id?: string };
  id: string;
  answer: (result?: unknown) => void;
  refuse: (code: string, retryAfter?: number) => void;
}

let storage: KeyedStorage;
let sent: Sent[];

beforeEach(() => {
  vi.useFakeTimers();
  storage = memoryStorage();
  sent = [];
});

afterEach(() => vi.useRealTimers());

function outbox(scope = 'dev'): Outbox {
  const call = (name: string, data: Sent['data'], id: string) =>
    new Promise((resolve, reject) => {
      const refuse = (code: string, retryAfter?: number) => reject(new Failure(code, code, { retryAfter }));
      sent.push({ name, data, id, answer: resolve, refuse });
    });
  return new Outbox(call as never, storage, scope, () => 1);
}

function message(text: string, conversation = 'c', entry = `entry of ${text}`) {
  return { conversation_id: conversation, entry_id: entry, text };
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

test('a message waits for the network, then goes', async () => {
  const box = outbox();
  void box.post('send', message('hello'));
  expect(sent).toEqual([]);
  expect(box.pending.get()[0]?.state).toBe('queued');
  box.resume();
  expect(sent[0]?.data.text).toBe('hello');
  sent[0]?.answer({ seq: 1 });
  await settle();
  expect(box.pending.get()).toEqual([]);
  expect(storage.keys()).toEqual([]);
});

test('messages of one conversation go one after the other, those of another meanwhile', async () => {
  const box = outbox();
  box.resume();
  for (const text of ['one', 'two', 'three']) void box.post('send', message(text));
  void box.post('send', message('elsewhere', 'd'));
  expect(sent.map(({ data }) => data.text)).toEqual(['one', 'elsewhere']);
  sent[0]?.answer();
  await settle();
  expect(sent.map(({ data }) => data.text)).toEqual(['one', 'elsewhere', 'two']);
});

test('a reload loses nothing, and sends under the same ids in the same order', () => {
  const before = outbox();
  before.resume();
  void before.post('send', message('in flight'));
  void before.post('send', message('not sent'));
  const ids = before.pending.get().map(({ id }) => id);
  const after = outbox();
  expect(after.pending.get().map(({ id, state }) => [id, state])).toEqual(ids.map((id) => [id, 'queued']));
  sent = [];
  after.resume();
  expect(sent[0]).toMatchObject({ id: ids[0], data: { entry_id: 'entry of in flight' } });
});

test('a lost connection puts what is in flight back, under the same ids', async () => {
  const box = outbox();
  box.resume();
  void box.post('send', message('hello'));
  box.pause();
  sent[0]?.refuse('offline');
  await settle();
  expect(box.pending.get()[0]).toMatchObject({ state: 'queued', attempts: 0 });
  box.resume();
  expect(sent).toHaveLength(2);
  expect(sent[1]?.id).toBe(sent[0]?.id);
  expect(sent[1]?.data.entry_id).toBe(sent[0]?.data.entry_id);
});

test('what is refused for good is marked, kept through a reload, and can be tried again', async () => {
  const box = outbox();
  box.resume();
  const settled = box.post('send', message('hello'));
  sent[0]?.refuse('invalid');
  await expect(settled).rejects.toMatchObject({ code: 'invalid' });
  expect(box.pending.get()[0]).toMatchObject({ state: 'failed', failure: { code: 'invalid' } });
  const reloaded = outbox();
  reloaded.resume();
  expect(sent).toHaveLength(1);
  const [failed] = reloaded.pending.get();
  reloaded.retry(failed!.id);
  expect(sent[1]?.data.entry_id).toBe('entry of hello');
});

test('a refused message does not hold up the next', async () => {
  const box = outbox();
  box.resume();
  void box.post('send', message('bad'));
  void box.post('send', message('good'));
  sent[0]?.refuse('invalid');
  await settle();
  expect(sent[1]?.data.text).toBe('good');
});

test('a passing trouble is waited out, and the order kept', async () => {
  const box = outbox();
  box.resume();
  void box.post('send', message('one'));
  void box.post('send', message('two'));
  sent[0]?.refuse('too_many', 4);
  await settle();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(500);
  expect(sent[1]?.data.text).toBe('one');
});

test('trouble that does not pass fails the message in the end', async () => {
  const box = outbox();
  box.resume();
  void box.post('send', message('hello'));
  for (let tries = 0; tries < 6; tries += 1) {
    sent.at(-1)?.refuse('internal');
    await vi.advanceTimersByTimeAsync(60_000);
  }
  expect(sent).toHaveLength(6);
  expect(box.pending.get()[0]?.state).toBe('failed');
});

test('a discarded message is gone', async () => {
  const box = outbox();
  const settled = box.post('send', message('hello'));
  box.discard(box.pending.get()[0]!.id);
  await expect(settled).rejects.toMatchObject({ code: 'aborted' });
  expect(storage.keys()).toEqual([]);
});

test('another person on this device does not send what the first one wrote', () => {
  void outbox('mara').post('send', message('private'));
  const other = outbox('noah');
  other.resume();
  expect(sent).toEqual([]);
});

test('forgetting leaves nothing behind', () => {
  const box = outbox();
  void box.post('send', message('private'));
  box.clear();
  expect(box.pending.get()).toEqual([]);
  expect(storage.keys()).toEqual([]);
});

test('what cannot be read in the storage is dropped', () => {
  storage.set('dev:x', '{broken');
  expect(outbox().pending.get()).toEqual([]);
  expect(storage.keys()).toEqual([]);
});
