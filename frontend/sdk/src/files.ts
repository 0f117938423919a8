/** Files up and down. */

import type { Http } from './http';
import type { KeyedStorage } from './storage';
import { Uploading } from './uploading';
import type { FileReference, Uuid } from './words';

export interface Upload {
  /** The stored file; fails with `Failure` (`aborted` after `abort()`). */
  done: Promise<FileReference>;
  abort(): void;
}

export interface Files {
  /**
   * Streams the file to the server; `progress` gets the part that is through, 0 to 1. It outlives a network that is
   * away for a minute; after that the same file may be given again, and goes on where it was.
   */
  upload(file: Blob, name: string, progress?: (part: number) => void): Upload;
  /** The file as a `blob:` URL, made once a file; it lives until `forget()`. */
  blobUrl(fileId: Uuid): Promise<string>;
  /** Saves the file on this device under its name. */
  save(file: FileReference): Promise<void>;
  forget(): void;
}

/** `storage` keeps where unfinished uploads are. */
export function files(http: Http, storage: KeyedStorage): Files {
  const urls = new Map<Uuid, Promise<string>>();
  const blobUrl = (fileId: Uuid): Promise<string> => {
    const held = urls.get(fileId);
    if (held) return held;
    const made = http
      .fetch(`/api/files/${fileId}`)
      .then((answer) => answer.blob())
      .then((blob) => URL.createObjectURL(blob));
    urls.set(fileId, made);
    made.catch(() => urls.delete(fileId));
    return made;
  };
  return {
    upload(file, name, progress = () => {}) {
      const uploading = new Uploading(http, storage, file, name, progress);
      let done = false;
      const stored = uploading.run().finally(() => (done = true));
      return { done: stored, abort: () => void (done || uploading.abort()) };
    },
    blobUrl,
    async save({ file_id, name }) {
      const link = document.createElement('a');
      link.href = await blobUrl(file_id);
      link.download = name;
      link.click();
    },
    forget() {
      for (const url of urls.values())
        url.then(
          (made) => URL.revokeObjectURL(made),
          () => {},
        );
      urls.clear();
    },
  };
}
