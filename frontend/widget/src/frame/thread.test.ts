import { createClient } from '@alongside/sdk';
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  AGENT,
  entries,
  entry,
  ME,
  ScriptedNetwork,
  subscribed,
  summary,
} from '../../../sdk/src/testing/scripted';
import Frame from './Frame.svelte';
import { hear } from './hearing';
import { Visit } from './visit.svelte';

const C = '00000000-0000-4000-8000-00000000000c';
const TOPIC = `conversation:${C}`;
const PERSON = { kind: 'person' as const, id: ME };
const LUMI = { kind: 'concierge' as const, id: null };
const CONFIG = {
  workspace: { slug: 'luma', name: 'Luma Energy', locale: 'en', brand_colour: '#0b6e4f' },
  concierge_name: 'Lumi',
  greeting: { en: 'Good day!', de: 'Guten Tag!' },
};

let network: ScriptedNetwork;
let visit: Visit;
const user = userEvent.setup();

beforeEach(() => {
  localStorage.clear();
  network = new ScriptedNetwork();
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(CONFIG))));
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }));
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
  visit = new Visit({
    origin: 'https://help.test',
    workspace: 'luma',
    tell: () => {},
    languages: ['en'],
    makeClient: (options) =>
      createClient({ ...options, openSocket: network.open, random: () => 1, wakeUps: () => () => {} }),
  });
  render(Frame, { visit });
});

afterEach(() => {
  visit.client.stop();
  vi.unstubAllGlobals();
});

async function greeted(token: string | null, locale = 'en'): Promise<void> {
  const insets = { top: 0, right: 0, bottom: 0, left: 0 };
  const rest = { open: true, focus: true, full: false, insets, trail: [] };
  hear(visit, { type: 'hello', token, locale, ...rest }, () => {});
  await waitFor(() => expect(visit.phase).toBe('ready'));
}

/** An open conversation, with these entries, as the server tells it. */
async function talking(list = [entry(1, 'hello', { author: PERSON })], over = {}): Promise<void> {
  await greeted('dev_1');
  network.socket.welcome();
  network.socket.say(subscribed(network.socket, 'mine', { state: [summary(C, over)] }));
  await screen.findByRole('log');
  const participants = [{ ...PERSON, name: null, read_seq: 0 }];
  const state = { summary: summary(C, over), participants, presence: [] };
  network.socket.say(subscribed(network.socket, TOPIC, { state, entries: list }));
}

function field(): HTMLElement {
  return screen.getByRole('textbox', { name: /message|nachricht/i });
}

test('the first view greets, and is in the language of the page', async () => {
  await greeted(null, 'de');
  expect(await screen.findByRole('heading', { name: 'Guten Tag!' })).toBeVisible();
  expect(screen.getByRole('button', { name: /Mit einem Menschen sprechen/ })).toBeVisible();
  await waitFor(() => expect(document.documentElement.lang).toBe('de'));
});

test('who does not know what to ask may have the concierge begin', async () => {
  await greeted('dev_1');
  network.socket.welcome();
  await user.click(await screen.findByRole('button', { name: /Choose a topic/ }));
  expect(network.socket.commands('start')[0]?.data).not.toHaveProperty('text');
  expect(await screen.findByRole('heading', { name: 'Lumi' })).toBeVisible();
});

test('Enter sends, Shift and Enter begins a new line', async () => {
  await talking();
  await user.type(field(), 'one{Shift>}{Enter}{/Shift}two{Enter}');
  expect(network.socket.commands('send').map(({ data }) => data)).toMatchObject([{ text: 'one\ntwo' }]);
  expect(field()).toHaveValue('');
  expect(within(screen.getByRole('log')).getByText(/one\s+two/)).toBeVisible();
  expect(screen.getByText('Sending…')).toBeVisible();
});

test('an empty message is not sent, and a too long one says by how much', async () => {
  await talking();
  await user.type(field(), '   {Enter}');
  await user.click(field());
  await user.paste('x'.repeat(10_002));
  await user.keyboard('{Enter}');
  expect(network.socket.commands('send')).toEqual([]);
  expect(screen.getByText('2 characters too many')).toBeVisible();
});

test('what is written is still there after a reload', async () => {
  await talking();
  await user.type(field(), 'half a thou');
  expect(localStorage.getItem(`alongside:luma:draft:${C}`)).toBe('half a thou');
});

test('a quick reply is sent with what it stands for, and goes', async () => {
  const choices = [{ id: 'topic:bill', label: 'My bill' }];
  await talking([
    entry(1, 'What is it about?', { author: LUMI, body: { text: 'What is it about?', choices } }),
  ]);
  await user.click(await screen.findByRole('button', { name: 'My bill' }));
  expect(network.socket.commands('send')[0]?.data).toMatchObject({ text: 'My bill', choice: 'topic:bill' });
  await waitFor(() => expect(screen.queryByRole('button', { name: 'My bill' })).toBeNull());
});

test('a human is always within reach', async () => {
  await talking();
  await user.click(screen.getByRole('button', { name: 'Talk to a human' }));
  expect(network.socket.commands('ask_human')).toHaveLength(1);
  expect(await screen.findByRole('button', { name: 'A human has been asked' })).toBeDisabled();
});

test('who has joined stands in the thread and at its head', async () => {
  await talking();
  const ada = { kind: 'agent' as const, id: AGENT };
  const joined = entry(2, '', { kind: 'joined', author: ada, body: { name: 'Ada' } });
  network.socket.say(entries(TOPIC, 1, [joined, entry(3, 'Hi there')]));
  const data = summary(C, { held_by: 'agent', assignee: { agent_id: AGENT, name: 'Ada' } });
  network.socket.say({ type: 'event', topic: TOPIC, name: 'summary', data });
  expect(await screen.findByText('Ada has joined')).toBeVisible();
  expect(screen.getByRole('heading', { level: 1, name: 'Ada' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Talk to a human' })).toBeNull();
});

test('a refused message says so, and can be tried again or discarded', async () => {
  await talking();
  await user.type(field(), 'no{Enter}');
  const { id } = network.socket.commands('send')[0]!;
  network.socket.say({ type: 'error', id, code: 'invalid', message: 'No', hint: '' });
  expect(await screen.findByText('Not sent')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(network.socket.commands('send')).toHaveLength(2);
  network.socket.say({ type: 'error', id, code: 'invalid', message: 'No', hint: '' });
  await user.click(await screen.findByRole('button', { name: 'Discard' }));
  expect(screen.queryByText('no')).toBeNull();
});

test('without a connection what is written waits and says so', async () => {
  await talking();
  network.socket.drop();
  await user.type(field(), 'later{Enter}');
  expect(await screen.findByText('Sent when the connection is back')).toBeVisible();
});

test('words of strangers stay words', async () => {
  const text = '<img src=x onerror=alert(1)> javascript:alert(1) https://luma.test/a?b=1.';
  const source = { title: 'x', url: 'javascript:alert(1)' };
  await talking([entry(1, text, { author: LUMI, body: { text, source } })]);
  const log = screen.getByRole('log');
  await waitFor(() => expect(log).toHaveTextContent('<img src=x onerror=alert(1)>'));
  expect(
    within(log)
      .getAllByRole('link')
      .map((link) => link.getAttribute('href')),
  ).toEqual(['https://luma.test/a?b=1']);
  expect(log.querySelector('img')).toBeNull();
});

test('a closed conversation can be gone on with, or left for a new one', async () => {
  await talking(undefined, { status: 'open' });
  const closed = summary(C, { status: 'closed', closed_at: '2026-01-01T00:00:00Z' });
  network.socket.say({ type: 'event', topic: TOPIC, name: 'summary', data: closed });
  await user.click(await screen.findByRole('button', { name: 'New conversation' }));
  expect(await screen.findByRole('heading', { name: 'Good day!' })).toBeVisible();
});

test('whoever was signed out elsewhere is told, and may begin anew', async () => {
  await talking();
  network.socket.say({ type: 'bye', code: 'unauthenticated', message: '', hint: '' });
  expect(await screen.findByRole('heading', { name: 'You are signed out of this chat' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'New conversation' }));
  expect(await screen.findByRole('heading', { name: 'Good day!' })).toBeVisible();
});

test('home and thread have no fault that a machine can find', async () => {
  await talking();
  const rules = { 'color-contrast': { enabled: false } };
  expect((await axe.run(document.body, { rules })).violations.map(({ id }) => id)).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'All conversations' }));
  await screen.findByRole('heading', { name: 'Good day!' });
  expect((await axe.run(document.body, { rules })).violations.map(({ id }) => id)).toEqual([]);
});
