import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { files } from './files';
import { http } from './http';
import { SILENCE } from './sending';
import { memoryStorage, type KeyedStorage } from './storage';
import type { Upload } from './files';

const MEGABYTE = 1024 * 1024;
const PLACE = '/api/uploads/0197';

/** A server that speaks tus and plain uploads, over a network that can be away. */
class Server {
  away = false;
  silent = false;
  stored = 0;
  length = -1;
  /** Bytes of the next request that get through before the network goes. */
  cutAfter: number | null = null;
  refusal: { status: number; body: unknown } | null = null;
  asked: string[] = [];

  answer(method: string, path: string, headers: Record<string, string>, body: Blob | null): Reply {
    this.asked.push(`${method} ${path}`);
    if (this.refusal) return { status: this.refusal.status, body: this.refusal.body, headers: {} };
    if (method === 'POST' && path === '/api/files') {
      return { status: 201, body: this.#card(body!.size), headers: {} };
    }
    if (method === 'POST') {
      [this.length, this.stored] = [Number(headers['Upload-Length']), 0];
      return { status: 201, body: null, headers: { Location: PLACE } };
    }
    if (this.length < 0) return { status: 404, body: { code: 'not_found' }, headers: {} };
    const standing = { 'Upload-Offset': String(this.stored), 'Upload-Length': String(this.length) };
    if (method === 'PATCH') {
      if (Number(headers['Upload-Offset']) !== this.stored)
        return { status: 409, body: { code: 'wrong_offset' }, headers: {} };
      this.stored += body!.size;
      return { status: 204, body: null, headers: { 'Upload-Offset': String(this.stored) } };
    }
    if (method === 'DELETE') this.length = -1;
    if (method === 'GET') return { status: 200, body: { file: this.#card(this.length) }, headers: {} };
    return { status: 200, body: null, headers: standing };
  }

  #card(size: number): unknown {
    return { file_id: '0197', name: 'film.mp4', media_type: 'video/mp4', size };
  }
}

interface Reply {
  status: number;
  body: unknown;
  headers: Record<string, string>;
}

let server: Server;

class ScriptedRequest {
  static last: ScriptedRequest | null = null;
  upload: { onprogress?: (event: { loaded: number }) => void; onload?: () => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  responseText = '';
  readonly headers: Record<string, string> = {};
  #opened: [string, string] = ['', ''];
  #reply: Reply | null = null;

  open(method: string, url: string): void {
    this.#opened = [method, new URL(url).pathname];
    ScriptedRequest.last = this;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  getResponseHeader(name: string): string | null {
    return this.#reply?.headers[name] ?? null;
  }
  send(body: Blob): void {
    queueMicrotask(() => this.#send(body));
  }
  #send(body: Blob): void {
    if (server.silent) return;
    if (server.away) return this.onerror?.();
    if (server.cutAfter !== null) {
      server.stored += server.cutAfter;
      [server.cutAfter, server.away] = [null, true];
      return this.onerror?.();
    }
    this.upload.onprogress?.({ loaded: body.size / 2 });
    this.upload.onload?.();
    this.#reply = server.answer(...this.#opened, this.headers, body);
    this.status = this.#reply.status;
    this.responseText = this.#reply.body ? JSON.stringify(this.#reply.body) : '';
    this.onload?.();
  }
  abort(): void {
    this.onabort?.();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  vi.stubGlobal('XMLHttpRequest', ScriptedRequest);
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    if (server.away || server.silent) return Promise.reject(new TypeError('Failed to fetch'));
    const headers = init.headers as Record<string, string>;
    const reply = server.answer(init.method ?? 'GET', new URL(url).pathname, headers, null);
    const empty = reply.body === null;
    return Promise.resolve(new Response(empty ? null : JSON.stringify(reply.body), reply));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function film(megabytes: number): File {
  return new File([new Uint8Array(megabytes * MEGABYTE)], 'Zähler 电表.mp4', { lastModified: 7 });
}

function uploading(file: Blob, progress?: (part: number) => void, storage?: KeyedStorage): Upload {
  const device = http('https://help.test', () => 'dev_secret', false);
  return files(device, storage ?? memoryStorage()).upload(file, 'Zähler 电表.mp4', progress);
}

test('a small file goes in one request, with its name in any script', async () => {
  const progress = vi.fn();
  const { done } = uploading(new Blob(['xx'], { type: 'image/png' }), progress);
  expect(await done).toMatchObject({ file_id: '0197', size: 2 });
  expect(server.asked).toEqual(['POST /api/files']);
  expect(ScriptedRequest.last?.headers).toEqual({
    Authorization: 'Bearer dev_secret',
    'Content-Type': 'image/png',
    'X-File-Name': encodeURIComponent('Zähler 电表.mp4'),
  });
  expect(progress).toHaveBeenCalledWith(0.5);
});

test('a large file goes piece by piece and tells how far it is', async () => {
  const parts: number[] = [];
  const { done } = uploading(film(20), (part) => parts.push(part));
  expect(await done).toMatchObject({ file_id: '0197', size: 20 * MEGABYTE });
  expect(server.asked).toEqual([
    'POST /api/uploads',
    ...Array.from({ length: 3 }, () => `PATCH ${PLACE}`),
    `GET ${PLACE}`,
  ]);
  expect(parts).toEqual([0.2, 0.4, 0.6, 0.8, 0.9, 1]);
});

test('ten seconds without a network are survived, and nothing that got through is sent twice', async () => {
  const { done } = uploading(film(20));
  server.cutAfter = 3 * MEGABYTE;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(server.stored).toBe(3 * MEGABYTE);
  server.away = false;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await done).toMatchObject({ size: 20 * MEGABYTE });
  expect(server.asked.filter((asked) => asked.startsWith('PATCH')).length).toBe(3);
});

test('when the network comes back it goes on at once', async () => {
  server.away = true;
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const { done } = uploading(film(3));
  await vi.advanceTimersByTimeAsync(1_000_000);
  server.away = false;
  online.mockRestore();
  window.dispatchEvent(new Event('online'));
  expect(await done).toMatchObject({ size: 3 * MEGABYTE });
});

test('a line that swallows everything is given up and tried anew', async () => {
  server.silent = true;
  const { done } = uploading(new Blob(['x']));
  await vi.advanceTimersByTimeAsync(SILENCE - 1);
  server.silent = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(await done).toMatchObject({ size: 1 });
});

test('after some minutes without a network it is said so, and the same file goes on where it was', async () => {
  const storage = memoryStorage();
  const first = uploading(film(20), undefined, storage);
  const failure = expect(first.done).rejects.toMatchObject({ code: 'offline' });
  server.cutAfter = 5 * MEGABYTE;
  await vi.advanceTimersByTimeAsync(240_000);
  await failure;
  server.away = false;
  server.asked = [];
  expect(await uploading(film(20), undefined, storage).done).toMatchObject({ size: 20 * MEGABYTE });
  expect(server.asked).toEqual([`HEAD ${PLACE}`, `PATCH ${PLACE}`, `PATCH ${PLACE}`, `GET ${PLACE}`]);
  expect(storage.keys()).toEqual([]);
});

test('an upload that the server has forgotten begins again', async () => {
  const storage = memoryStorage();
  storage.set(`upload ${3 * MEGABYTE} 7 Zähler 电表.mp4`, '/api/uploads/old');
  expect(await uploading(film(3), undefined, storage).done).toMatchObject({ size: 3 * MEGABYTE });
  expect(server.asked.slice(0, 2)).toEqual(['HEAD /api/uploads/old', 'POST /api/uploads']);
});

test('what is refused is told at once, with the limit', async () => {
  const body = { code: 'too_large', detail: 'The file is too large.', fields: { limit: '1048576' } };
  server.refusal = { status: 413, body };
  const refused = { code: 'too_large', detail: { fields: { limit: '1048576' } } };
  await expect(uploading(film(20)).done).rejects.toMatchObject(refused);
  await expect(uploading(film(1)).done).rejects.toMatchObject(refused);
  expect(server.asked).toEqual(['POST /api/uploads', 'POST /api/files']);
});

test('an aborted upload says so and takes back what the server has', async () => {
  const upload = uploading(film(20));
  const failure = expect(upload.done).rejects.toMatchObject({ code: 'aborted' });
  server.cutAfter = MEGABYTE;
  await vi.advanceTimersByTimeAsync(100);
  server.away = false;
  upload.abort();
  await failure;
  expect(server.asked.at(-1)).toBe(`DELETE ${PLACE}`);
});

test('aborting what is done changes nothing', async () => {
  const upload = uploading(film(3));
  await upload.done;
  upload.abort();
  expect(server.asked.at(-1)).toBe(`GET ${PLACE}`);
});
