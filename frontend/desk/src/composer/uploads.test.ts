import { Failure, type FileReference, type Files } from '@alongside/sdk';
import { expect, test } from 'vitest';
import { Uploads } from './uploads.svelte';

function scripted() {
  const asked: {
    answer: (file: FileReference) => void;
    refuse: (failure: Failure) => void;
    aborted: boolean;
  }[] = [];
  const upload: Files['upload'] = (_file, _name, progress) => {
    const one = { answer: (_: FileReference) => {}, refuse: (_: Failure) => {}, aborted: false };
    const done = new Promise<FileReference>((answer, refuse) => Object.assign(one, { answer, refuse }));
    asked.push(one);
    progress?.(0.5);
    return { done, abort: () => (one.aborted = true) };
  };
  return { asked, uploads: new Uploads({ upload } as Files) };
}

const file = (name: string) => new File(['x'], name);
const stored = (name: string): FileReference => ({ file_id: name, name, media_type: 'text/plain', size: 1 });
const settled = () => new Promise((resolve) => setTimeout(resolve));

test('a file can go with a message once it is stored', async () => {
  const { asked, uploads } = scripted();
  uploads.add([file('a.txt')]);
  expect([uploads.busy, uploads.rows[0]?.part]).toEqual([true, 0.5]);
  asked[0]!.answer(stored('a.txt'));
  await settled();
  expect([uploads.busy, uploads.stored.map(({ name }) => name)]).toEqual([false, ['a.txt']]);
});

test('a file that failed is kept and can be tried again', async () => {
  const { asked, uploads } = scripted();
  uploads.add([file('a.txt')]);
  asked[0]!.refuse(new Failure('offline', 'No connection'));
  await settled();
  expect(uploads.rows[0]?.failure?.code).toBe('offline');
  uploads.retry(uploads.rows[0]!.key);
  asked[1]!.answer(stored('a.txt'));
  await settled();
  expect(uploads.stored.length).toBe(1);
});

test('no more than twenty are taken, and a removed one is stopped', () => {
  const { asked, uploads } = scripted();
  expect(uploads.add(Array.from({ length: 23 }, (_, number) => file(`${number}`)))).toBe(3);
  uploads.remove(uploads.rows[0]!.key);
  expect([uploads.rows.length, asked[0]!.aborted]).toEqual([19, true]);
});
