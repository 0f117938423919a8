/** Files on their way up, before the message that carries them is sent. */

import { newId, type FileReference, type Files, type Upload } from '@alongside/sdk';
import { failureOf } from '../text/trouble';
import type { Failure } from '@alongside/sdk';

export interface UploadRow {
  key: string;
  name: string;
  size: number;
  /** 0 to 1. */
  part: number;
  stored: FileReference | null;
  failure: Failure | null;
}

export const FILES_AT_ONCE = 20;

export class Uploads {
  rows = $state<UploadRow[]>([]);
  readonly #running = new Map<string, { upload: Upload; file: File }>();

  constructor(private readonly files: Files) {}

  get busy(): boolean {
    return this.rows.some(({ stored, failure }) => !stored && !failure);
  }

  get stored(): FileReference[] {
    return this.rows.map(({ stored }) => stored).filter((file) => file !== null);
  }

  /** Takes as many as there is room for, and says how many there was none for. */
  add(given: readonly File[]): number {
    const taken = given.slice(0, FILES_AT_ONCE - this.rows.length);
    for (const file of taken) {
      const key = newId();
      const name = file.name || 'file';
      this.rows.push({ key, name, size: file.size, part: 0, stored: null, failure: null });
      this.#send(key, file);
    }
    return given.length - taken.length;
  }

  retry(key: string): void {
    const held = this.#running.get(key);
    if (!held) return;
    this.#change(key, { failure: null, part: 0 });
    this.#send(key, held.file);
  }

  remove(key: string): void {
    this.#running.get(key)?.upload.abort();
    this.#running.delete(key);
    this.rows = this.rows.filter((row) => row.key !== key);
  }

  clear(): void {
    for (const { key } of this.rows) this.remove(key);
  }

  #send(key: string, file: File): void {
    const upload = this.files.upload(file, file.name || 'file', (part) => this.#change(key, { part }));
    this.#running.set(key, { upload, file });
    upload.done.then(
      (stored) => this.#change(key, { stored, part: 1 }),
      (thrown: unknown) => this.#change(key, { failure: failureOf(thrown) }),
    );
  }

  #change(key: string, change: Partial<UploadRow>): void {
    const row = this.rows.find((one) => one.key === key);
    if (row) Object.assign(row, change);
  }
}
