/** Files up and down. */

import { Failure, failureOfProblem } from './errors';
import type { Http } from './http';
import type { FileReference, Uuid } from './words';

export interface Upload {
  /** The stored file; fails with `Failure` (`aborted` after `abort()`). */
  done: Promise<FileReference>;
  abort(): void;
}

export interface Files {
  /** Streams the file to the server; `progress` gets the part that is through, 0 to 1. */
  upload(file: Blob, name: string, progress?: (part: number) => void): Upload;
  /** The file as a `blob:` URL, made once a file; it lives until `forget()`. */
  blobUrl(fileId: Uuid): Promise<string>;
  /** Saves the file on this device under its name. */
  save(file: FileReference): Promise<void>;
  forget(): void;
}

export function files(http: Http): Files {
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
    upload: (file, name, progress) => upload(http, file, name, progress),
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

/** By XMLHttpRequest, because fetch tells nothing about what is already through. */
function upload(http: Http, file: Blob, name: string, progress: (part: number) => void = () => {}): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<FileReference>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onerror = () => reject(new Failure('offline', 'No connection'));
    request.onabort = () => reject(new Failure('aborted', 'Aborted'));
    request.onload = () => {
      const body: unknown = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as FileReference);
      else
        reject(
          failureOfProblem(
            request.status,
            body,
            Number(request.getResponseHeader('Retry-After')) || undefined,
          ),
        );
    };
  });
  request.open('POST', http.url('/api/files'));
  for (const [header, value] of Object.entries(http.credentials())) request.setRequestHeader(header, value);
  request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
  request.setRequestHeader('X-File-Name', encodeURIComponent(name));
  request.send(file);
  return { done, abort: () => request.abort() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
