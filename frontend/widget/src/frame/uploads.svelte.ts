/** The files of the message that is being written: each goes up at once, and can be tried again or taken out. */

import { Failure, newId, type Files, type FileReference, type Upload } from '@alongside/sdk';

export const MOST_FILES = 20;

export interface Attachment {
  id: string;
  file: File;
  name: string;
  /** A `blob:` URL for pictures. */
  preview: string | null;
  part: number;
  state: 'going' | 'done' | 'failed';
  failure: Failure | null;
  stored: FileReference | null;
}

export class Uploads {
  list = $state<Attachment[]>([]);
  readonly going = $derived(this.list.some(({ state }) => state === 'going'));
  readonly failed = $derived(this.list.some(({ state }) => state === 'failed'));
  readonly room = $derived(MOST_FILES - this.list.length);

  readonly #uploads = new Map<string, Upload>();

  /** `files` gives where to send them, once there is a device. */
  constructor(private readonly files: () => Promise<Files>) {}

  /** Adds files; says how many there was no room for. */
  add(given: readonly File[]): number {
    const taken = given.slice(0, Math.max(0, this.room));
    for (const file of taken) {
      const preview = isPicture(file.type) ? URL.createObjectURL(file) : null;
      const name = file.name || `${file.type.split('/')[0] || 'file'}.${file.type.split('/')[1] ?? 'bin'}`;
      const id = newId();
      this.list.push({ id, file, name, preview, part: 0, state: 'going', failure: null, stored: null });
      void this.#send(id);
    }
    return given.length - taken.length;
  }

  retry(id: string): void {
    this.#change(id, { state: 'going', part: 0, failure: null });
    void this.#send(id);
  }

  remove(id: string): void {
    this.#uploads.get(id)?.abort();
    this.#uploads.delete(id);
    const gone = this.list.find((one) => one.id === id);
    if (gone?.preview) URL.revokeObjectURL(gone.preview);
    this.list = this.list.filter((one) => one.id !== id);
  }

  /** What is stored, for the message; the list is empty afterwards. */
  take(): FileReference[] {
    const stored = this.list.flatMap((one) => one.stored ?? []);
    for (const { id } of [...this.list]) this.remove(id);
    return stored;
  }

  async #send(id: string): Promise<void> {
    try {
      const files = await this.files();
      const one = this.list.find((each) => each.id === id);
      if (!one) return;
      const upload = files.upload(one.file, one.name, (part) => this.#change(id, { part }));
      this.#uploads.set(id, upload);
      this.#change(id, { stored: await upload.done, state: 'done', part: 1 });
    } catch (thrown) {
      const failure = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown));
      this.#change(id, { state: 'failed', failure });
    } finally {
      this.#uploads.delete(id);
    }
  }

  #change(id: string, change: Partial<Attachment>): void {
    const one = this.list.find((each) => each.id === id);
    if (one) Object.assign(one, change);
  }
}

/** Pictures that every browser shows. */
export function isPicture(mediaType: string): boolean {
  return /^image\/(png|jpe?g|gif|webp|avif)$/.test(mediaType);
}
