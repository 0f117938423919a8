/** JSON over HTTP, with the server's problems as typed failures. */

import { Failure, failureOfProblem } from './errors';

export interface Http {
  /** `path` begins with `/`; the answer's JSON, or undefined for an empty one. Throws `Failure`. */
  request<T>(method: string, path: string, body?: unknown, options?: { signal?: AbortSignal }): Promise<T>;
  /** The raw answer, for bytes. Throws `Failure` unless it is a 2xx. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** What every request carries to say who asks. */
  credentials(): Record<string, string>;
  url(path: string): string;
}

/** Requests carry the token if there is one; `cookies` lets them carry the session cookie of the same origin. */
export function http(origin: string, token: () => string | null, cookies: boolean): Http {
  const credentials = (): Record<string, string> => {
    const held = token();
    return held ? { Authorization: `Bearer ${held}` } : {};
  };
  const url = (path: string): string => origin + path;
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...credentials(), ...(init.headers as Record<string, string> | undefined) };
    const answer = await fetch(url(path), {
      ...init,
      headers,
      credentials: cookies ? 'same-origin' : 'omit',
    }).catch((thrown: unknown) => {
      const aborted = thrown instanceof DOMException && thrown.name === 'AbortError';
      throw new Failure(aborted ? 'aborted' : 'offline', aborted ? 'Aborted' : 'No connection');
    });
    if (!answer.ok) throw await failureOf(answer);
    return answer;
  };
  return {
    credentials,
    url,
    fetch: send,
    async request<T>(method: string, path: string, body?: unknown, options: { signal?: AbortSignal } = {}) {
      const init: RequestInit = { method, ...options };
      if (body !== undefined) {
        init.body = JSON.stringify(body);
        init.headers = { 'Content-Type': 'application/json' };
      }
      const answer = await send(path, init);
      const text = await answer.text();
      return (text ? JSON.parse(text) : undefined) as T;
    },
  };
}

async function failureOf(answer: Response): Promise<Failure> {
  const body: unknown = await answer.json().catch(() => null);
  const retryAfter = Number(answer.headers.get('Retry-After')) || undefined;
  return failureOfProblem(answer.status, body, retryAfter);
}
