import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { files } from './files';
import { http } from './http';

const fetched = vi.fn<typeof fetch>();

beforeEach(() => vi.stubGlobal('fetch', fetched.mockReset()));
afterEach(() => vi.unstubAllGlobals());

const server = http('https://help.test', () => 'dev_secret', false);

test('a device sends its token and no cookies', async () => {
  fetched.mockResolvedValue(new Response('{"ok":true}'));
  expect(await server.request('POST', '/api/x', { a: 1 })).toEqual({ ok: true });
  const [url, init] = fetched.mock.calls[0]!;
  expect(url).toBe('https://help.test/api/x');
  expect(init).toMatchObject({
    method: 'POST',
    body: '{"a":1}',
    credentials: 'omit',
    headers: { Authorization: 'Bearer dev_secret', 'Content-Type': 'application/json' },
  });
});

test('an agent is known by the session cookie', async () => {
  fetched.mockResolvedValue(new Response(null, { status: 204 }));
  expect(await http('', () => null, true).request('DELETE', '/api/session')).toBeUndefined();
  expect(fetched.mock.calls[0]?.[1]?.credentials).toBe('same-origin');
});

test("the server's problem becomes a typed failure", async () => {
  const problem = {
    code: 'invalid',
    title: 'Invalid',
    detail: 'The e-mail is missing.',
    hint: 'Give an e-mail.',
    fields: { email: 'missing' },
  };
  fetched.mockResolvedValue(new Response(JSON.stringify(problem), { status: 422 }));
  await expect(server.request('POST', '/api/session', {})).rejects.toMatchObject({
    code: 'invalid',
    message: 'The e-mail is missing.',
    detail: { hint: 'Give an e-mail.', status: 422, fields: { email: 'missing' } },
  });
});

test('an answer that is no problem document still says what is wrong', async () => {
  fetched.mockResolvedValue(new Response('<html>', { status: 503, headers: { 'Retry-After': '7' } }));
  await expect(server.request('GET', '/')).rejects.toMatchObject({
    code: 'unavailable',
    passing: true,
    detail: { retryAfter: 7 },
  });
});

test('no network is a failure of its own', async () => {
  fetched.mockRejectedValue(new TypeError('Failed to fetch'));
  await expect(server.request('GET', '/')).rejects.toMatchObject({ code: 'offline' });
});

class ScriptedRequest {
  static last: ScriptedRequest;
  upload = { onprogress: null as ((event: { loaded: number; total: number }) => void) | null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  status = 0;
  responseText = '';
  headers: Record<string, string> = {};
  opened: string[] = [];
  constructor() {
    ScriptedRequest.last = this;
  }
  open(...opened: string[]): void {
    this.opened = opened;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  getResponseHeader(): null {
    return null;
  }
  send(): void {}
  abort(): void {
    this.onabort?.();
  }
  answer(status: number, body: unknown): void {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

test('an upload tells how far it is, and keeps names of any script', async () => {
  vi.stubGlobal('XMLHttpRequest', ScriptedRequest);
  const progress = vi.fn();
  const { done } = files(server).upload(new Blob(['x'], { type: 'image/png' }), 'Zähler 电表.png', progress);
  const request = ScriptedRequest.last;
  expect(request.opened).toEqual(['POST', 'https://help.test/api/files']);
  expect(request.headers).toEqual({
    Authorization: 'Bearer dev_secret',
    'Content-Type': 'image/png',
    'X-File-Name': encodeURIComponent('Zähler 电表.png'),
  });
  request.upload.onprogress?.({ loaded: 1, total: 4 });
  expect(progress).toHaveBeenCalledWith(0.25);
  const stored = { file_id: 'f', name: 'Zähler 电表.png', media_type: 'image/png', size: 1 };
  request.answer(201, stored);
  expect(await done).toEqual(stored);
});

test('a refused upload says why, an aborted one that it was', async () => {
  vi.stubGlobal('XMLHttpRequest', ScriptedRequest);
  const refused = files(server).upload(new Blob(['x']), 'x');
  ScriptedRequest.last.answer(413, { code: 'too_large', detail: 'At most 25 MB.' });
  await expect(refused.done).rejects.toMatchObject({ code: 'too_large', message: 'At most 25 MB.' });
  const aborted = files(server).upload(new Blob(['x']), 'x');
  aborted.abort();
  await expect(aborted.done).rejects.toMatchObject({ code: 'aborted' });
});
