/** One request that carries a file's bytes, by XMLHttpRequest, because fetch tells nothing about what is already through. */

import { Failure, failureOfProblem } from './errors';
import type { Http } from './http';

export interface Answer {
  body: unknown;
  header(name: string): string | null;
}

export interface Sending {
  answer: Promise<Answer>;
  abort(): void;
}

/** Milliseconds without a byte getting through, after which the line is taken for dead. */
export const SILENCE = 20_000;

/** `progress` gets the bytes that are through. Fails with `Failure`; `offline` when the line is dead. */
export function send(
  http: Http,
  method: 'POST' | 'PATCH',
  path: string,
  body: Blob,
  headers: Record<string, string>,
  progress: (bytes: number) => void,
): Sending {
  const request = new XMLHttpRequest();
  let silence: ReturnType<typeof setTimeout> | undefined;
  const answer = new Promise<Answer>((resolve, reject) => {
    const fail = (code: 'offline' | 'aborted', words: string): void => {
      clearTimeout(silence);
      reject(new Failure(code, words));
    };
    const listen = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        fail('offline', 'No connection');
        request.abort();
      }, SILENCE);
    };
    request.upload.onprogress = ({ loaded }) => {
      listen();
      progress(loaded);
    };
    // All is through; what the server does with it takes as long as it takes.
    request.upload.onload = () => clearTimeout(silence);
    request.onerror = () => fail('offline', 'No connection');
    request.onabort = () => fail('aborted', 'Aborted');
    request.onload = () => {
      clearTimeout(silence);
      const said: unknown = parsed(request.responseText);
      const header = (name: string): string | null => request.getResponseHeader(name);
      if (request.status >= 200 && request.status < 300) resolve({ body: said, header });
      else reject(failureOfProblem(request.status, said, Number(header('Retry-After')) || undefined));
    };
    listen();
  });
  request.open(method, http.url(path));
  for (const [name, value] of Object.entries({ ...http.credentials(), ...headers }))
    request.setRequestHeader(name, value);
  request.send(body);
  return { answer, abort: () => request.abort() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
