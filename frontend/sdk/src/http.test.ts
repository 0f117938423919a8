import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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
