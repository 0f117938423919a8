/** A server for tests of pages: answers to `fetch` by method and path, and every request that was made. */

import { vi } from 'vitest';

export interface Asked {
  method: string;
  path: string;
  body: unknown;
}

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> };

export function serverAnswering(answers: Record<string, Answer | (() => Answer)>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    const method = init.method ?? 'GET';
    const path = new URL(url).pathname;
    asked.push({ method, path, body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined });
    const found = answers[`${method} ${path}`] ?? { status: 404, body: { code: 'not_found' } };
    const { status = 200, body = null, headers = {} } = typeof found === 'function' ? found() : found;
    return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status, headers }));
  });
  return asked;
}
