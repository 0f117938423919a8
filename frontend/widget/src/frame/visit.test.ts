import { createClient } from '@alongside/sdk';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ScriptedNetwork, subscribed, summary } from '../../../sdk/src/testing/scripted';
import type { FrameMessage, HostMessage } from '../embed/messages';
import { hear as heard } from './hearing';
import { Visit } from './visit.svelte';

const CONFIG = {
  workspace: { slug: 'luma', name: 'Luma Energy', locale: 'en', brand_colour: '#0b6e4f' },
  concierge_name: 'Lumi',
  greeting: { en: 'Hello' },
};
const NOBODY = { person_id: 'p1', name: null, verified: false };

let network: ScriptedNetwork;
let told: FrameMessage[];
let visit: Visit;
let answers: Record<string, () => [number, unknown]>;
let asked: string[];

beforeEach(() => {
  localStorage.clear();
  network = new ScriptedNetwork();
  told = [];
  asked = [];
  answers = {
    'GET /api/widget/config?workspace=luma': () => [200, CONFIG],
    'POST /api/widget/devices': () => [201, { token: 'dev_new', device_id: 'd', person: NOBODY }],
    'GET /api/widget/devices/current': () => [200, NOBODY],
    'DELETE /api/widget/devices/current': () => [204, null],
  };
  vi.stubGlobal('fetch', (url: string, { method = 'GET' }: RequestInit) => {
    const asking = `${method} ${url.replace('https://help.test', '')}`;
    asked.push(asking);
    const [status, body] = answers[asking]?.() ?? [404, { code: 'not_found' }];
    return Promise.resolve(new Response(body === null ? null : JSON.stringify(body), { status }));
  });
  visit = made();
});

afterEach(() => {
  visit.client.stop();
  vi.unstubAllGlobals();
});

function made(): Visit {
  return new Visit({
    origin: 'https://help.test',
    workspace: 'luma',
    tell: (message) => told.push(message),
    languages: ['en'],
    makeClient: (options) =>
      createClient({ ...options, openSocket: network.open, random: () => 1, wakeUps: () => () => {} }),
  });
}

function hello(token: string | null): HostMessage {
  const insets = { top: 0, right: 0, bottom: 0, left: 0 };
  const trail = [{ url: 'https://luma.test/', title: 'Luma' }];
  return { type: 'hello', token, locale: 'en', open: true, focus: true, full: false, insets, trail };
}

function hear(message: HostMessage): void {
  heard(visit, message, (answer) => told.push(answer));
}

function said<T extends FrameMessage['type']>(type: T): Extract<FrameMessage, { type: T }>[] {
  return told.filter((message) => message.type === type) as Extract<FrameMessage, { type: T }>[];
}

async function connected(): Promise<void> {
  await vi.waitFor(() => expect(network.sockets.length).toBeGreaterThan(0));
  network.socket.welcome();
}

test('without a device only the look is asked for', async () => {
  hear(hello(null));
  await vi.waitFor(() => expect(visit.phase).toBe('ready'));
  expect(asked).toEqual(['GET /api/widget/config?workspace=luma']);
  expect(network.sockets).toEqual([]);
  expect(said('look')).toMatchObject([{ colour: '#0b6e4f', name: 'Luma Energy' }]);
});

test('the first message makes the device, and the conversation with the page it began on', async () => {
  hear(hello(null));
  const id = visit.begins('My bill doubled');
  await connected();
  expect(said('token')).toMatchObject([{ token: 'dev_new', before: null }]);
  expect(network.socket.commands('start')[0]?.data).toMatchObject({
    conversation_id: id,
    text: 'My bill doubled',
    page: { url: 'https://luma.test/' },
  });
  expect(visit.view).toEqual({ name: 'thread', id });
});

test('a first message with files goes as a message of its own', async () => {
  hear(hello('dev_known'));
  await connected();
  visit.begins('see', [{ file_id: 'f', name: 'a.png', media_type: 'image/png', size: 1 }]);
  const start = network.socket.commands('start')[0]!;
  expect(start.data).not.toHaveProperty('text');
  network.socket.say({ type: 'done', id: start.id, data: {} });
  await vi.waitFor(() => expect(network.socket.commands('send')).toHaveLength(1));
  expect(network.socket.commands('send')[0]?.data).toMatchObject({ text: 'see', files: ['f'] });
});

test('who comes back finds the open conversation again', async () => {
  hear(hello('dev_known'));
  await connected();
  network.socket.say(subscribed(network.socket, 'mine', { state: [summary('c1', { unread: 2 })] }));
  expect(visit.view).toEqual({ name: 'thread', id: 'c1' });
  visit.open = false;
  expect(visit.unread).toBe(2);
});

test('a closed conversation does not stand in the way of a new one', async () => {
  hear(hello('dev_known'));
  await connected();
  network.socket.say(subscribed(network.socket, 'mine', { state: [summary('c1', { status: 'closed' })] }));
  expect(visit.view).toEqual({ name: 'home' });
});

test('pages are reported in their order once there is a connection', async () => {
  hear(hello('dev_known'));
  hear({ type: 'page', page: { url: 'https://luma.test/tariffs', title: 'Tariffs' } });
  await connected();
  for (const url of ['https://luma.test/', 'https://luma.test/tariffs']) {
    await vi.waitFor(() => expect(network.socket.commands('page').at(-1)?.data).toMatchObject({ url }));
    network.socket.say({ type: 'done', id: network.socket.commands('page').at(-1)!.id, data: null });
  }
  expect(network.socket.commands('page')).toHaveLength(2);
});

test('news from others is told to the page, without its words', async () => {
  hear(hello('dev_known'));
  await connected();
  network.socket.say(
    subscribed(network.socket, 'mine', { state: [summary('c1', { last_seq: 1, unread: 1 })] }),
  );
  const data = summary('c1', { last_seq: 2, unread: 1, preview: 'secret', preview_author: 'agent' });
  network.socket.say({ type: 'event', topic: 'mine', name: 'summary', data });
  expect(said('event').filter(({ name }) => name === 'received')).toEqual([
    { type: 'event', name: 'received', data: { conversation_id: 'c1' } },
  ]);
});

test('who signs in keeps what they wrote, under the new token', async () => {
  answers['POST /api/widget/identify'] = () => [
    200,
    { person: { ...NOBODY, person_id: 'mara' }, token: 'dev_mara' },
  ];
  hear(hello('dev_known'));
  await connected();
  visit.begins('not sent yet');
  hear({ type: 'identify', id: 7, jwt: 'jwt' });
  await vi.waitFor(() => expect(said('answer')).toEqual([{ type: 'answer', id: 7, problem: null }]));
  expect(said('token').at(-1)).toMatchObject({ token: 'dev_mara', before: 'dev_known' });
  expect(visit.client.outbox.pending.get()).toHaveLength(1);
  expect(visit.view.name).toBe('thread');
});

test('somebody else on this device does not send what the first one wrote', async () => {
  answers['GET /api/widget/devices/current'] = () => [
    200,
    { person_id: 'noah', name: 'Noah', verified: true },
  ];
  answers['POST /api/widget/identify'] = () => [
    200,
    { person: { ...NOBODY, person_id: 'mara' }, token: 'dev_mara' },
  ];
  hear(hello('dev_noah'));
  await connected();
  visit.begins('private to Noah');
  visit.storage.set('draft:new', 'private too');
  hear({ type: 'identify', id: 1, jwt: 'jwt' });
  await vi.waitFor(() => expect(said('answer')).toHaveLength(1));
  expect(visit.client.outbox.pending.get()).toEqual([]);
  expect(visit.storage.keys()).toEqual([]);
  expect(visit.view.name).toBe('home');
});

test('the old token being refused while one signs in is no sign-out', async () => {
  let respond = (): void => {};
  hear(hello('dev_known'));
  await connected();
  vi.stubGlobal('fetch', (url: string) => {
    if (!url.endsWith('/identify')) return Promise.resolve(new Response(JSON.stringify(NOBODY)));
    return new Promise((resolve) => {
      respond = () => resolve(new Response(JSON.stringify({ person: NOBODY, token: 'dev_mara' })));
    });
  });
  hear({ type: 'identify', id: 1, jwt: 'jwt' });
  await new Promise((resolve) => setTimeout(resolve));
  network.socket.say({ type: 'bye', code: 'unauthenticated', message: '', hint: '' });
  expect(visit.phase).not.toBe('gone');
  respond();
  await vi.waitFor(() => expect(said('answer')).toHaveLength(1));
  expect(said('token').at(-1)).toMatchObject({ token: 'dev_mara' });
});

test('a token that is worth nothing any more is given up, and one may begin anew', async () => {
  hear(hello('dev_old'));
  await vi.waitFor(() => expect(visit.config).not.toBeNull());
  network.socket.onopen?.();
  network.socket.say({ type: 'bye', code: 'unauthenticated', message: '', hint: '' });
  expect(visit.phase).toBe('gone');
  expect(said('token').at(-1)).toEqual({ type: 'token', token: null, before: 'dev_old' });
  visit.startAnew();
  expect(visit.phase).toBe('ready');
  visit.begins('hello again');
  await vi.waitFor(() => expect(said('token').at(-1)).toMatchObject({ token: 'dev_new' }));
});

test('another tab that signed in takes this one along', async () => {
  hear(hello(null));
  await vi.waitFor(() => expect(visit.phase).toBe('ready'));
  hear({ type: 'token', token: 'dev_other_tab' });
  await vi.waitFor(() => expect(network.sockets).toHaveLength(1));
  network.socket.onopen?.();
  expect(network.socket.last('hello')).toMatchObject({ token: 'dev_other_tab' });
});

test('forgetting ends the device and what waited here', async () => {
  hear(hello('dev_known'));
  await connected();
  visit.begins('not sent yet');
  hear({ type: 'forget', id: 3 });
  await vi.waitFor(() => expect(said('answer')).toEqual([{ type: 'answer', id: 3, problem: null }]));
  expect(asked).toContain('DELETE /api/widget/devices/current');
  expect(visit.storage.keys()).toEqual([]);
  expect(said('token').at(-1)).toMatchObject({ token: null });
});

test('a server that cannot be reached is said, and tried again on demand', async () => {
  answers['GET /api/widget/config?workspace=luma'] = () => [503, null];
  hear(hello(null));
  await vi.waitFor(() => expect(visit.phase).toBe('unreachable'));
  answers['GET /api/widget/config?workspace=luma'] = () => [200, CONFIG];
  await visit.load();
  expect(visit.phase).toBe('ready');
});
