/**
 * Files on their way up. A small one goes in one request; a larger one by tus 1.0 (docs/protocol/uploads.md), piece by
 * piece, and goes on where it was after the network was away, or after a reload when the same file is given again.
 */

import { backoffSeconds } from './backoff';
import { Failure } from './errors';
import type { Http } from './http';
import { send, type Answer, type Sending } from './sending';
import type { KeyedStorage } from './storage';
import type { FileReference } from './words';

const MEGABYTE = 1024 * 1024;
const SMALL = 2 * MEGABYTE;
const PIECE = 8 * MEGABYTE;
/** Tries without a byte more getting through, while the device thinks that it has a network: two or three minutes. */
const GIVE_UP_AFTER = 12;
const WITHOUT_NETWORK_SECONDS = 30;
const TUS = { 'Tus-Resumable': '1.0.0' };

/** One file; `run` once. */
export class Uploading {
  #sending: Sending | null = null;
  #place: string | null = null;
  #offset = 0;
  #tries = 0;
  #aborted = false;
  #wake: () => void = () => {};

  constructor(
    private readonly http: Http,
    private readonly storage: KeyedStorage,
    private readonly file: Blob,
    private readonly name: string,
    private readonly progress: (part: number) => void,
  ) {}

  /** Gives the stored file. Fails with `Failure`: `aborted`, what the server refused, `offline` after a few minutes. */
  async run(): Promise<FileReference> {
    if (this.file.size <= SMALL) return this.#patiently(() => this.#sendWhole());
    this.#place = this.storage.get(this.#key);
    await this.#patiently(() => this.#goOn());
    const { file } = await this.#patiently(() => this.#whole());
    this.storage.remove(this.#key);
    return file;
  }

  /** Stops, and takes back what the server has of it. */
  abort(): void {
    this.#aborted = true;
    this.#sending?.abort();
    this.#wake();
    this.storage.remove(this.#key);
    if (this.#place)
      this.http.fetch(this.#place, { method: 'DELETE', headers: TUS }).catch(() => {
        // It expires by itself.
      });
  }

  async #sendWhole(): Promise<FileReference> {
    const headers = {
      'Content-Type': this.file.type || 'application/octet-stream',
      'X-File-Name': encodeURIComponent(this.name),
    };
    return (await this.#send('POST', '/api/files', this.file, headers)).body as FileReference;
  }

  /** From wherever it is to the end; begins it when the server knows nothing of it. */
  async #goOn(): Promise<void> {
    if (!this.#place || !(await this.#find())) await this.#begin();
    while (this.#offset < this.file.size) {
      const piece = this.file.slice(this.#offset, this.#offset + PIECE);
      const headers = {
        ...TUS,
        'Content-Type': 'application/offset+octet-stream',
        'Upload-Offset': String(this.#offset),
      };
      const answer = await this.#send('PATCH', this.#place!, piece, headers);
      this.#moveTo(Number(answer.header('Upload-Offset')));
    }
  }

  async #begin(): Promise<void> {
    const headers = {
      ...TUS,
      'Upload-Length': String(this.file.size),
      'Upload-Metadata': `filename ${base64(this.name)}`,
    };
    const answer = await this.http.fetch('/api/uploads', { method: 'POST', headers });
    this.#place = answer.headers.get('Location')!;
    this.#offset = 0;
    this.storage.set(this.#key, this.#place);
  }

  /** Where it is; no if it is not there any more. */
  async #find(): Promise<boolean> {
    try {
      const answer = await this.http.fetch(this.#place!, { method: 'HEAD', headers: TUS });
      if (Number(answer.headers.get('Upload-Length')) !== this.file.size) return false;
      this.#moveTo(Number(answer.headers.get('Upload-Offset')));
      return true;
    } catch (thrown) {
      if (thrown instanceof Failure && ['not_found', 'gone'].includes(thrown.code)) return false;
      throw thrown;
    }
  }

  #moveTo(offset: number): void {
    if (offset > this.#offset) this.#tries = 0;
    this.#offset = offset;
    this.progress(offset / this.file.size);
  }

  async #whole(): Promise<{ file: FileReference }> {
    return this.http.request('GET', this.#place!);
  }

  async #send(method: 'POST' | 'PATCH', path: string, body: Blob, headers: Record<string, string>) {
    const from = this.#offset;
    const total = this.file.size || 1;
    this.#sending = send(this.http, method, path, body, headers, (bytes) =>
      this.progress(Math.min(1, (from + bytes) / total)),
    );
    // Whoever aborted while something else was waited for has found nothing to abort.
    if (this.#aborted) this.#sending.abort();
    const answer: Answer = await this.#sending.answer;
    this.#sending = null;
    return answer;
  }

  /** Tries again for as long as that may help, at once when the network comes back. */
  async #patiently<T>(action: () => Promise<T>): Promise<T> {
    for (this.#tries = 0; ;) {
      if (this.#aborted) throw new Failure('aborted', 'Aborted');
      try {
        return await action();
      } catch (thrown) {
        if (navigator.onLine) this.#tries += 1;
        if (!mayPass(thrown) || this.#aborted || this.#tries >= GIVE_UP_AFTER) throw this.#told(thrown);
        await this.#pause(navigator.onLine ? this.#patience(thrown) : WITHOUT_NETWORK_SECONDS);
      }
    }
  }

  #patience(failure: Failure): number {
    return failure.detail.retryAfter ?? backoffSeconds(this.#tries, Math.random);
  }

  #told(thrown: unknown): unknown {
    return this.#aborted ? new Failure('aborted', 'Aborted') : thrown;
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        removeEventListener('online', done);
        resolve();
      };
      const timer = setTimeout(done, seconds * 1000);
      addEventListener('online', done);
      this.#wake = done;
    });
  }

  get #key(): string {
    const changed = this.file instanceof File ? this.file.lastModified : 0;
    return `upload ${this.file.size} ${changed} ${this.name}`;
  }
}

/** Another request may have gone on with it: then it is asked again where it is. */
function mayPass(thrown: unknown): thrown is Failure {
  return (
    thrown instanceof Failure && (thrown.passing || ['wrong_offset', 'taken_over'].includes(thrown.code))
  );
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
