import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeEach, expect, test } from 'vitest';
import type { Letter, OpenedLetter } from '../api/jobs';
import { App } from '../app.svelte';
import { serverAnswering, type Asked } from '../testing/server';
import { show } from '../testing/show';
import JobsPage from './JobsPage.svelte';

const COUNTS = {
  jobs: [{ name: 'greet', waiting: 3, running: 1, dead: 2 }],
  facts_waiting: 0,
  facts_put_off: 0,
};

function letter(number: number, over: Partial<Letter> = {}): Letter {
  return {
    letter_id: `job-${number}`,
    kind: 'job',
    name: `greet_${number}`,
    attempts: 12,
    asked_at: '2026-03-01T09:00:00Z',
    failed_at: `2026-03-01T10:0${number}:00Z`,
    next_try_at: null,
    reason: 'KeyError',
    ...over,
  };
}

const OPENED: OpenedLetter = {
  letter: letter(1),
  payload: { name: 'Mara', times: 1 },
  failures: [{ at: '2026-03-01T10:01:00Z', reason: 'KeyError', message: 'mara', trace: 'Traceback of it' }],
};

type Answers = Parameters<typeof serverAnswering>[0];
let app: App;
beforeEach(() => {
  app = new App('http://desk.example');
});

function shown(letters: Letter[], answers: Answers = {}): Asked[] {
  const asked = serverAnswering({
    'GET /api/jobs': { body: COUNTS },
    'GET /api/jobs/dead': { body: { items: letters, next_cursor: null } },
    'GET /api/jobs/dead/job-1': { body: OPENED },
    ...answers,
  });
  show(app, JobsPage, {});
  return asked;
}

async function opened(answers: Answers = {}): Promise<Asked[]> {
  const asked = shown([letter(1), letter(2)], answers);
  await userEvent.click(await screen.findByRole('button', { name: /greet_1/ }));
  await screen.findByLabelText('What it carries');
  return asked;
}

async function write(text: string): Promise<void> {
  const field = screen.getByLabelText('What it carries');
  await userEvent.clear(field);
  await userEvent.type(field, text.replace(/[{[]/g, '$&$&'));
}

async function faults(): Promise<string[]> {
  const rules = { 'color-contrast': { enabled: false }, region: { enabled: false } };
  return (await axe.run(document.body, { rules })).violations.map(({ id }) => id);
}

test('where nothing has failed the page says so', async () => {
  shown([]);
  expect(await screen.findByText('Nothing has failed')).toBeVisible();
  expect(await screen.findByText(/3 wait and 1 run/)).toBeVisible();
  expect(await faults()).toEqual([]);
});

test('what went wrong is said, and may be tried again', async () => {
  let answer: { status: number; body: unknown } = { status: 503, body: { code: 'unavailable' } };
  shown([], { 'GET /api/jobs/dead': () => answer });
  const alert = await screen.findByRole('alert');
  answer = { status: 200, body: { items: [letter(1)], next_cursor: null } };
  await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('button', { name: /greet_1/ })).toBeVisible();
});

test('one is opened by the keyboard and shows what it carries and why it failed', async () => {
  shown([letter(1)]);
  const line = await screen.findByRole('button', { name: /greet_1/ });
  expect(line).toHaveAttribute('aria-expanded', 'false');
  line.focus();
  await userEvent.keyboard('{Enter}');
  expect(line).toHaveAttribute('aria-expanded', 'true');
  expect(await screen.findByLabelText('What it carries')).toHaveValue(
    '{\n  "name": "Mara",\n  "times": 1\n}',
  );
  expect(screen.getByText('Traceback of it')).toBeInTheDocument();
  expect(await faults()).toEqual([]);
});

test('what is no JSON is said before anything is sent', async () => {
  const asked = await opened();
  await write('{"name": ');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(screen.getByLabelText('What it carries')).toBeInvalid();
  expect(screen.getByText(/This is no JSON object/)).toBeVisible();
  expect(asked.filter(({ method }) => method === 'PATCH')).toEqual([]);
});

test('a payload that does not fit is refused with the field that is wrong', async () => {
  const body = { code: 'invalid', fields: { times: 'Expected `int`, got `str`' } };
  await opened({ 'PATCH /api/jobs/dead/job-1': { status: 422, body } });
  await write('{"name": "Mara", "times": "two"}');
  await userEvent.click(screen.getByRole('button', { name: 'Save and try again' }));
  expect(await screen.findByText(/times: Expected/)).toBeVisible();
  expect(screen.getByLabelText('What it carries')).toBeInvalid();
});

test('what was mended is tried again and leaves the list', async () => {
  const asked = await opened({
    'PATCH /api/jobs/dead/job-1': { body: { ...OPENED, payload: { name: 'Otto' } } },
  });
  await write('{"name": "Otto"}');
  await userEvent.click(screen.getByRole('button', { name: 'Save and try again' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: /greet_1/ })).toBeNull());
  const sent = asked.find(({ method }) => method === 'PATCH');
  expect(sent?.body).toEqual({ payload: { name: 'Otto' }, replay: true });
  expect(app.toasts.shown.at(-1)?.text).toBe('It is tried again');
});

test('many are tried again at once, and one that cannot stays and says why', async () => {
  const left = [{ letter_id: 'job-2', code: 'waits_already', detail: 'Another waits in its place.' }];
  const asked = shown([letter(1), letter(2)], {
    'POST /api/jobs/dead/replay': { body: { done: ['job-1'], left } },
  });
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Choose all' }));
  expect(screen.getByText('2 chosen')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: /greet_1/ })).toBeNull());
  expect(screen.getByRole('button', { name: /greet_2/ })).toBeVisible();
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ letter_ids: ['job-1', 'job-2'] });
  expect(app.toasts.shown.map(({ text }) => text)).toContain('Another waits in its place.');
});

test('nothing is discarded before it was asked once more', async () => {
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function (this: HTMLDialogElement) {
    this.open = false;
  };
  const asked = shown([letter(1)], {
    'POST /api/jobs/dead/discard': { body: { done: ['job-1'], left: [] } },
  });
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Choose greet_1, job-1' }));
  await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
  expect(asked.filter(({ method }) => method === 'POST')).toEqual([]);
  const dialog = screen.getByRole('dialog', { name: 'Discard it?' });
  await userEvent.click(within(dialog).getByRole('button', { name: 'Discard' }));
  await waitFor(() => expect(app.toasts.shown.at(-1)?.text).toBe('It is discarded'));
});
