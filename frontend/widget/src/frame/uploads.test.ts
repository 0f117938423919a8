import { Failure, type Files, type Upload } from '@alongside/sdk';
import { beforeEach, expect, test, vi } from 'vitest';
import { isPicture, Uploads } from './uploads.svelte';

interface Going {
  name: string;
  progress: (part: number) => void;
  finish: () => void;
  refuse: (code: string) => void;
  aborted: boolean;
}

let going: Going[];
let uploads: Uploads;

beforeEach(() => {
  going = [];
  URL.createObjectURL = () => 'blob:preview';
  URL.revokeObjectURL = vi.fn();
  const upload = (file: Blob, name: string, progress: (part: number) => void = () => {}): Upload => {
    const one: Going = { name, progress, finish: () => {}, refuse: () => {}, aborted: false };
    going.push(one);
    const done = new Promise<{ file_id: string; name: string; media_type: string; size: number }>(
      (resolve, reject) => {
        one.finish = () =>
          resolve({ file_id: `id of ${name}`, name, media_type: file.type, size: file.size });
        one.refuse = (code) => reject(new Failure(code, code));
      },
    );
    return { done, abort: () => (one.aborted = true) };
  };
  uploads = new Uploads(() => Promise.resolve({ upload } as unknown as Files));
});

function file(name: string, type = 'text/plain'): File {
  return new File(['x'], name, { type });
}

async function begun(count: number): Promise<void> {
  await vi.waitFor(() => expect(going).toHaveLength(count));
}

test('files go up at once, tell how far they are, and are handed over when stored', async () => {
  uploads.add([file('a.txt'), file('b.png', 'image/png')]);
  await begun(2);
  going[0]!.progress(0.5);
  expect(uploads.list.map(({ part, preview }) => [part, preview])).toEqual([
    [0.5, null],
    [0, 'blob:preview'],
  ]);
  expect(uploads.going).toBe(true);
  for (const one of going) one.finish();
  await vi.waitFor(() => expect(uploads.going).toBe(false));
  expect(uploads.take().map(({ file_id }) => file_id)).toEqual(['id of a.txt', 'id of b.png']);
  expect(uploads.list).toEqual([]);
});

test('a file that failed can be tried again', async () => {
  uploads.add([file('a.txt')]);
  await begun(1);
  going[0]!.refuse('offline');
  await vi.waitFor(() => expect(uploads.failed).toBe(true));
  uploads.retry(uploads.list[0]!.id);
  await begun(2);
  going[1]!.finish();
  await vi.waitFor(() => expect(uploads.list[0]!.state).toBe('done'));
});

test('a file that was taken out is not sent on', async () => {
  uploads.add([file('a.txt')]);
  await begun(1);
  uploads.remove(uploads.list[0]!.id);
  expect(going[0]!.aborted).toBe(true);
  expect(uploads.list).toEqual([]);
});

test('more than twenty files are too many for one message', () => {
  expect(uploads.add(Array.from({ length: 23 }, (_, at) => file(`${at}.txt`)))).toBe(3);
  expect(uploads.list).toHaveLength(20);
});

test('a pasted picture without a name gets one', () => {
  uploads.add([file('', 'image/png')]);
  expect(uploads.list[0]!.name).toBe('image.png');
});

test('only pictures that every browser shows are shown', () => {
  expect(['image/png', 'image/svg+xml', 'text/html', 'image/tiff'].filter(isPicture)).toEqual(['image/png']);
});
