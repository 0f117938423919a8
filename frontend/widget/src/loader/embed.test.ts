import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FrameMessage, HostMessage } from '../embed/messages';
import { Embed } from './embed';

const SERVER = 'https://help.test';
let embed: Embed;
let posted: { message: HostMessage; target: string }[];
let small = false;

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  document.body.replaceChildren();
  posted = [];
  small = false;
  vi.stubGlobal('matchMedia', () => ({ matches: small, addEventListener: () => {} }));
  embed = made();
});

afterEach(() => vi.unstubAllGlobals());

function made(): Embed {
  const one = new Embed({
    workspace: 'luma',
    server: SERVER,
    locale: 'en',
    colour: '#0b6e4f',
    side: 'right',
    launcher: true,
  });
  one.mount();
  return one;
}

function shadow(): ShadowRoot {
  return [...document.querySelectorAll('alongside-widget')].at(-1)!.shadowRoot!;
}

function launcher(): HTMLButtonElement {
  return shadow().querySelector<HTMLButtonElement>('button.launcher')!;
}

function frame(): HTMLIFrameElement | null {
  return shadow().querySelector('iframe');
}

/** A window stands in for the frame's own: it notes what is posted to it. */
function listen(): void {
  const postMessage = (message: HostMessage, target: string): number => posted.push({ message, target });
  Object.defineProperty(frame()!, 'contentWindow', { value: { postMessage, focus: () => {} } });
}

function nonce(): string {
  return new URLSearchParams(new URL(frame()!.src).hash.slice(1)).get('nonce')!;
}

function say(message: FrameMessage, over: object = {}, secret = nonce()): void {
  const data = { ...message, alongside: 1, nonce: secret };
  const source = frame()!.contentWindow;
  dispatchEvent(Object.assign(new Event('message'), { data, origin: SERVER, source, ...over }));
}

function opened(): void {
  embed.open();
  listen();
  say({ type: 'ready' });
}

function sent(type: HostMessage['type']): HostMessage[] {
  return posted.map(({ message }) => message).filter((message) => message.type === type);
}

test('before anybody wants it there is no frame, and nothing is kept', () => {
  expect(frame()).toBeNull();
  expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
  expect(launcher().getAttribute('aria-label')).toBe('Open chat');
});

test('a device that is known connects at once, without opening', () => {
  localStorage.setItem('alongside:luma', 'dev_known');
  embed = made();
  expect(frame()).not.toBeNull();
  expect(launcher().getAttribute('aria-expanded')).toBe('false');
});

test('the first click opens, and the frame gets what it has to know, at the server alone', () => {
  localStorage.setItem('alongside:luma', 'dev_known');
  launcher().click();
  listen();
  say({ type: 'ready' });
  expect(posted[0]).toMatchObject({
    target: SERVER,
    message: { type: 'hello', token: 'dev_known', locale: 'en', open: true, focus: true, nonce: nonce() },
  });
  expect(launcher().getAttribute('aria-label')).toBe('Close chat');
});

test.each([
  ['another origin', { origin: 'https://evil.test' }],
  ['another window', { source: window }],
])('a message from %s is not heard', (_, over) => {
  opened();
  say({ type: 'token', token: 'dev_evil', before: null }, over);
  expect(localStorage.getItem('alongside:luma')).toBeNull();
});

test('a message without the nonce is not heard', () => {
  opened();
  say({ type: 'token', token: 'dev_evil', before: null }, {}, 'guessed');
  expect(localStorage.getItem('alongside:luma')).toBeNull();
});

test('the token is kept for the next visit, and dropped when it is worth nothing', () => {
  opened();
  say({ type: 'token', token: 'dev_1', before: null });
  expect(localStorage.getItem('alongside:luma')).toBe('dev_1');
  say({ type: 'token', token: null, before: 'dev_1' });
  expect(localStorage.getItem('alongside:luma')).toBeNull();
});

test('a token that another tab has got is not dropped for an old one', () => {
  opened();
  say({ type: 'token', token: 'dev_1', before: null });
  localStorage.setItem('alongside:luma', 'dev_2');
  say({ type: 'token', token: null, before: 'dev_1' });
  expect(localStorage.getItem('alongside:luma')).toBe('dev_2');
  expect(sent('token')).toMatchObject([{ token: 'dev_2' }]);
});

test('what is unread is said to eyes and ears', () => {
  opened();
  const heard = vi.fn();
  embed.on('unread', heard);
  embed.close();
  say({ type: 'unread', count: 2 });
  expect(launcher().getAttribute('aria-label')).toBe('Open chat, 2 new messages');
  expect(shadow().querySelector('.badge')!.textContent).toBe('2');
  expect(heard).toHaveBeenCalledWith({ count: 2 });
});

test('closing gives the focus back to the launcher', () => {
  opened();
  say({ type: 'close' });
  expect(shadow().activeElement).toBe(launcher());
  expect(sent('closed')).toHaveLength(1);
});

test('an identity is proven when the frame is there, with a proof fetched only then', async () => {
  const proof = vi.fn(() => Promise.resolve('jwt'));
  const settled = embed.identify(proof);
  expect(proof).not.toHaveBeenCalled();
  opened();
  await vi.waitFor(() => expect(sent('identify')).toHaveLength(1));
  const { id, jwt } = sent('identify')[0] as Extract<HostMessage, { type: 'identify' }>;
  expect(jwt).toBe('jwt');
  say({ type: 'answer', id, problem: null });
  await settled;
});

test('a refused identity says why', async () => {
  opened();
  const settled = embed.identify('jwt');
  await vi.waitFor(() => expect(sent('identify')).toHaveLength(1));
  const { id } = sent('identify')[0] as Extract<HostMessage, { type: 'identify' }>;
  say({ type: 'answer', id, problem: { code: 'identity_token_refused', message: 'Too old' } });
  await expect(settled).rejects.toMatchObject({ code: 'identity_token_refused', message: 'Too old' });
});

test('forgetting tells the server through the frame, and leaves nothing behind', async () => {
  opened();
  say({ type: 'token', token: 'dev_1', before: null });
  const forgotten = embed.forget();
  expect(localStorage.getItem('alongside:luma')).toBeNull();
  const { id } = sent('forget')[0] as Extract<HostMessage, { type: 'forget' }>;
  say({ type: 'answer', id, problem: null });
  await forgotten;
  expect(frame()).toBeNull();
  expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
});

test('pages are told once the frame is there; until then the last ten are remembered', () => {
  embed.track({ url: 'https://luma.test/a', title: 'A' });
  opened();
  const hello = sent('hello')[0] as Extract<HostMessage, { type: 'hello' }>;
  expect(hello.trail.at(-1)).toEqual({ url: 'https://luma.test/a', title: 'A' });
  embed.track({ url: 'https://luma.test/b', title: 'B' });
  expect(sent('page')).toMatchObject([{ page: { url: 'https://luma.test/b', title: 'B' } }]);
});

test('a reload finds it open as it was, and leaves the focus alone', () => {
  opened();
  embed = made();
  expect(launcher().getAttribute('aria-expanded')).toBe('true');
  listen();
  say({ type: 'ready' });
  expect(sent('hello').at(-1)).toMatchObject({ open: true, focus: false });
});

test('a frame that does not come is said so, and can be asked for again', () => {
  vi.useFakeTimers();
  embed.open();
  const curtain = shadow().querySelector('.curtain')!;
  expect(curtain.textContent).toContain('being opened');
  vi.advanceTimersByTime(10_000);
  expect(curtain.querySelector('[role=status]')!.textContent).toBe(
    'The chat cannot be reached at the moment.',
  );
  const first = frame();
  curtain.querySelector<HTMLButtonElement>('.retry')!.click();
  expect(frame()).not.toBe(first);
  listen();
  say({ type: 'ready' });
  vi.advanceTimersByTime(60_000);
  expect(curtain).not.toBeInTheDocument();
  vi.useRealTimers();
});

test('on a small screen a reload shows the page first', () => {
  opened();
  small = true;
  embed = made();
  expect(launcher().getAttribute('aria-expanded')).toBe('false');
});

test("the page's own button may take the launcher's place", () => {
  embed.set({ launcher: false, side: 'left', colour: '#112233' });
  expect(launcher().hidden).toBe(true);
  const host = shadow().host as HTMLElement;
  expect([host.dataset['side'], host.style.getPropertyValue('--colour')]).toEqual(['left', '#112233']);
});
