import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient, type Client } from './client';
import type { Conversation } from './conversation';
import { memoryStorage, type KeyedStorage } from './storage';
import { AGENT, entries, entry, ME, ScriptedNetwork, subscribed, summary } from './testing/scripted';

const C = '00000000-0000-4000-8000-00000000000c';
const TOPIC = `conversation:${C}`;

let network: ScriptedNetwork;
let storage: KeyedStorage;
let client: Client;

beforeEach(() => {
  vi.useFakeTimers();
  storage = memoryStorage();
  network = new ScriptedNetwork();
  client = made();
  client.start();
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

function made(): Client {
  return createClient({
    url: 'https://help.test',
    clientName: 'test/1',
    token: 'dev_secret',
    storage,
    openSocket: network.open,
    random: () => 1,
    wakeUps: () => () => {},
  });
}

function snapshot(readByMe = 0) {
  return {
    summary: summary(C),
    participants: [{ kind: 'person', id: ME, name: null, read_seq: readByMe }],
    presence: [],
  };
}

function opened(list = [entry(1), entry(2)], after = 0): Conversation {
  const { conversation } = client.conversation(C);
  network.socket.welcome();
  network.socket.say(subscribed(network.socket, TOPIC, { state: snapshot(), entries: list, after }));
  return conversation;
}

function texts(conversation: Conversation): unknown[] {
  return conversation.get().items.map(({ body, delivery }) => `${String(body['text'])} ${delivery}`);
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

test('a conversation shows what the server tells, in order and without doubles', () => {
  const conversation = opened();
  network.socket.say(entries(TOPIC, 2, [entry(3), entry(4)]));
  network.socket.say(entries(TOPIC, 2, [entry(3), entry(4), entry(5)]));
  expect(conversation.get().entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  expect(conversation.get().phase).toBe('live');
});

test('a message is shown at once, sent once, and shown once when it arrives', async () => {
  const conversation = opened();
  void conversation.send('hello');
  expect(texts(conversation)).toEqual(['entry 1 sent', 'entry 2 sent', 'hello sending']);
  const command = network.socket.commands('send')[0]!;
  const { entry_id } = command.data as { entry_id: string };
  network.socket.say({ type: 'done', id: command.id, data: { seq: 3, at: '2026-01-01T00:01:00.000000Z' } });
  await settle();
  expect(texts(conversation).at(-1)).toBe('hello sent');
  network.socket.say(
    entries(TOPIC, 2, [entry(3, 'hello', { entry_id, author: { kind: 'person', id: ME } })]),
  );
  expect(texts(conversation)).toEqual(['entry 1 sent', 'entry 2 sent', 'hello sent']);
});

test('the entry may arrive before its acknowledgement', async () => {
  const conversation = opened();
  void conversation.send('hello');
  const command = network.socket.commands('send')[0]!;
  const { entry_id } = command.data as { entry_id: string };
  network.socket.say(entries(TOPIC, 2, [entry(3, 'hello', { entry_id })]));
  expect(texts(conversation)).toEqual(['entry 1 sent', 'entry 2 sent', 'hello sent']);
  network.socket.say({ type: 'done', id: command.id, data: { seq: 3 } });
  await settle();
  expect(conversation.get().items).toHaveLength(3);
});

test('what is written without a network waits, and goes when it is back, before the topic is resumed', () => {
  const conversation = opened();
  network.socket.drop();
  expect(conversation.get().phase).toBe('stale');
  void conversation.send('from the tunnel');
  expect(texts(conversation).at(-1)).toBe('from the tunnel waiting');
  client.wake();
  network.socket.welcome();
  const kinds = network.socket.sent.map(({ type }) => type);
  expect(kinds).toEqual(['hello', 'command', 'subscribe']);
  expect(network.socket.last('subscribe').after).toBe(2);
});

test('an acknowledgement lost with the connection doubles nothing', async () => {
  const conversation = opened();
  void conversation.send('hello');
  const first = network.socket.commands('send')[0]!;
  network.socket.drop();
  await settle();
  client.wake();
  network.socket.welcome();
  const again = network.socket.commands('send')[0]!;
  expect(again.data).toEqual(first.data);
  const { entry_id } = again.data as { entry_id: string };
  const mine = entry(3, 'hello', { entry_id });
  network.socket.say(subscribed(network.socket, TOPIC, { state: snapshot(), after: 2, entries: [mine] }));
  network.socket.say({ type: 'done', id: again.id, data: { seq: 3, duplicate: true } });
  await settle();
  expect(texts(conversation)).toEqual(['entry 1 sent', 'entry 2 sent', 'hello sent']);
});

test('a reload sends what was waiting, and shows it', () => {
  const conversation = opened();
  network.socket.drop();
  void conversation.send('unsent');
  client.stop();
  client = made();
  client.start();
  const reloaded = client.conversation(C).conversation;
  expect(texts(reloaded)).toEqual(['unsent waiting']);
  network.socket.welcome();
  expect(network.socket.commands('send')).toHaveLength(1);
});

test('a conversation begun offline is asked for only when the server knows it', async () => {
  const id = client.startConversation({ text: 'My bill doubled' });
  const { conversation } = client.conversation(id);
  void conversation.send('and I do not know why');
  expect(conversation.get().phase).toBe('starting');
  expect(texts(conversation)).toEqual(['My bill doubled waiting', 'and I do not know why waiting']);
  network.socket.welcome();
  expect(network.socket.all('subscribe')).toEqual([]);
  expect(network.socket.all('command').map(({ name }) => name)).toEqual(['start']);
  network.socket.say({ type: 'done', id: network.socket.last('command').id, data: {} });
  await settle();
  expect(network.socket.last('subscribe').topic).toBe(`conversation:${id}`);
  expect(network.socket.all('command').map(({ name }) => name)).toEqual(['start', 'send']);
});

test('after a long absence the newest part is held, and history is loaded from there', async () => {
  const conversation = opened();
  network.socket.drop();
  client.wake();
  network.socket.welcome();
  const list = [entry(101), entry(102)];
  network.socket.say(subscribed(network.socket, TOPIC, { state: snapshot(), after: 100, entries: list }));
  expect(conversation.get()).toMatchObject({ from: 100, upto: 102, history: 'more' });
  const answer = { entries: [entry(99), entry(100)], after: 98 };
  const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(JSON.stringify(answer)));
  await conversation.loadOlder();
  expect(fetched.mock.calls[0]?.[0]).toBe(
    `https://help.test/api/widget/conversations/${C}/entries?before=101&limit=50`,
  );
  expect(conversation.get().entries.map(({ seq }) => seq)).toEqual([99, 100, 101, 102]);
  expect(conversation.get().history).toBe('more');
  fetched.mockRestore();
});

test('history that cannot be loaded says so and can be tried again', async () => {
  const conversation = opened([entry(101)], 100);
  const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValueOnce(new TypeError('network'));
  await conversation.loadOlder();
  expect(conversation.get().history).toBe('failed');
  fetched.mockResolvedValueOnce(new Response(JSON.stringify({ entries: [entry(100)], after: 0 })));
  await conversation.loadOlder();
  expect(conversation.get()).toMatchObject({ history: 'all', from: 0 });
  fetched.mockRestore();
});

test('typing is seen, and is not believed for ever', async () => {
  const conversation = opened();
  const who = { kind: 'agent' as const, id: AGENT };
  network.socket.say({ type: 'event', topic: TOPIC, name: 'typing', data: { who, on: true } });
  expect(conversation.get().typing).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(7_000);
  expect(conversation.get().typing).toEqual([]);
});

test('whoever has written types no more', () => {
  const conversation = opened();
  const who = { kind: 'agent' as const, id: AGENT };
  network.socket.say({ type: 'event', topic: TOPIC, name: 'typing', data: { who, on: true } });
  network.socket.say(entries(TOPIC, 2, [entry(3)]));
  expect(conversation.get().typing).toEqual([]);
});

test('own typing is told at most every three seconds, and its end', () => {
  const conversation = opened();
  for (let key = 0; key < 10; key += 1) {
    conversation.typing();
    vi.advanceTimersByTime(200);
  }
  expect(network.socket.commands('typing').map(({ data }) => data)).toEqual([
    { conversation_id: C, on: true },
  ]);
  vi.advanceTimersByTime(5_000);
  expect(network.socket.commands('typing').at(-1)?.data).toEqual({ conversation_id: C, on: false });
});

test('reading is told once, and told again when the server missed it', () => {
  const conversation = opened();
  conversation.markRead(2);
  conversation.markRead(1);
  expect(network.socket.commands('read').map(({ data }) => data)).toEqual([{ conversation_id: C, seq: 2 }]);
  network.socket.drop();
  client.wake();
  network.socket.welcome();
  network.socket.say(subscribed(network.socket, TOPIC, { state: snapshot(0), after: 2 }));
  expect(network.socket.commands('read').map(({ data }) => data)).toEqual([{ conversation_id: C, seq: 2 }]);
});

test('a revoked conversation says so', () => {
  const conversation = opened();
  network.socket.say({ type: 'revoked', topic: TOPIC, code: 'forbidden', message: 'Not yours' });
  expect(conversation.get()).toMatchObject({ phase: 'ended', failure: { code: 'forbidden' } });
});

test('a conversation nobody looks at is let go, one that two look at is not', () => {
  const first = client.conversation(C);
  const second = client.conversation(C);
  expect(second.conversation).toBe(first.conversation);
  first.release();
  first.release();
  expect(network.socket.all('unsubscribe')).toEqual([]);
  network.socket.welcome();
  second.release();
  expect(network.socket.last('unsubscribe').topic).toBe(TOPIC);
});

test('own conversations are listed newest first, and reading clears the count', () => {
  client.followMine();
  network.socket.welcome();
  const old = summary('a', { last_entry_at: '2026-01-01T00:00:00.000000Z' });
  const recent = summary(C, { last_entry_at: '2026-01-02T00:00:00.000000Z', unread: 2, last_seq: 2 });
  network.socket.say(subscribed(network.socket, 'mine', { state: [old, recent] }));
  expect(client.mine.get().conversations.map(({ conversation_id }) => conversation_id)).toEqual([C, 'a']);
  client.conversation(C).conversation.markRead(2);
  expect(client.mine.get().conversations[0]?.unread).toBe(0);
});

test('a command without a connection fails at once', async () => {
  await expect(client.command('close', { conversation_id: C, entry_id: 'e' })).rejects.toMatchObject({
    code: 'offline',
  });
});

test('a command in flight fails when the connection goes', async () => {
  network.socket.welcome();
  const answered = client.command('close', { conversation_id: C, entry_id: 'e' });
  network.socket.drop();
  await expect(answered).rejects.toMatchObject({ code: 'offline' });
});

test('the team is kept up to date', () => {
  network.socket.welcome();
  const { team } = client.team();
  const ada = { agent_id: AGENT, name: 'Ada', role: 'agent', online: false };
  network.socket.say(subscribed(network.socket, 'team', { state: [ada] }));
  network.socket.say({ type: 'event', topic: 'team', name: 'agent', data: { ...ada, online: true } });
  expect(team.get()).toEqual([{ ...ada, online: true }]);
});

test('a colleague who comes or goes keeps name and role', () => {
  network.socket.welcome();
  const { team } = client.team();
  const ada = { agent_id: AGENT, name: 'Ada', role: 'agent', online: false };
  network.socket.say(subscribed(network.socket, 'team', { state: [ada] }));
  const cameOnline = { agent_id: AGENT, online: true };
  network.socket.say({ type: 'event', topic: 'team', name: 'agent', data: cameOnline });
  network.socket.say({ type: 'event', topic: 'team', name: 'agent', data: { agent_id: ME, online: true } });
  expect(team.get()).toEqual([{ ...ada, online: true }]);
});
