import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient, type Client } from './client';
import { entry, ME, ScriptedNetwork, subscribed, summary } from './testing/scripted';

const C = '00000000-0000-4000-8000-00000000000c';
const TOPIC = `conversation:${C}`;

let network: ScriptedNetwork;
let client: Client;

beforeEach(() => {
  vi.useFakeTimers();
  network = new ScriptedNetwork();
  client = createClient({
    url: 'https://help.test',
    clientName: 'test/1',
    token: 'dev_secret',
    openSocket: network.open,
    random: () => 1,
    wakeUps: () => () => {},
  });
  client.start();
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

const state = {
  summary: summary(C),
  participants: [{ kind: 'person', id: ME, name: null, read_seq: 0 }],
  presence: [],
};

test('a move to another server resumes where it was and repeats what had no answer, under the same id', async () => {
  const { conversation } = client.conversation(C);
  network.socket.welcome();
  network.socket.say(subscribed(network.socket, TOPIC, { state, entries: [entry(1), entry(2)] }));
  void conversation.send('Is anybody there?');
  await vi.advanceTimersByTimeAsync(0);
  const before = network.socket.commands('send')[0];
  network.socket.say({ type: 'bye', code: 'restarting', message: 'Go on', hint: '', retry_after: 0.2 });
  expect(conversation.get().items).toHaveLength(3);
  expect(conversation.get().items.at(-1)?.delivery).not.toBe('failed');
  await vi.advanceTimersByTimeAsync(200);
  network.socket.welcome();
  await vi.advanceTimersByTimeAsync(0);
  expect(network.socket.last('subscribe')).toMatchObject({ topic: TOPIC, after: 2 });
  const again = network.socket.commands('send')[0];
  expect([again?.id, again?.data]).toEqual([before?.id, before?.data]);
});
