import type { Http, Timestamp } from '@alongside/sdk';

/** A job that was given up, or a fact that could not be told. */
export interface Letter {
  /** As `job-17` or `fact-4`. */
  letter_id: string;
  kind: 'job' | 'fact';
  name: string;
  attempts: number;
  asked_at: Timestamp;
  failed_at: Timestamp;
  /** Facts go on being tried; dead jobs are not. */
  next_try_at: Timestamp | null;
  /** The type of the last error. */
  reason: string;
}

export interface JobFailure {
  at: Timestamp;
  reason: string;
  message: string;
  trace: string;
}

export interface OpenedLetter {
  letter: Letter;
  payload: Record<string, unknown>;
  failures: JobFailure[];
}

export interface LetterFilter {
  kind: string;
  name: string;
  sort: string;
}

export interface LetterPage {
  items: Letter[];
  next_cursor: string | null;
}

export interface JobCounts {
  jobs: { name: string; waiting: number; running: number; dead: number }[];
  facts_waiting: number;
  facts_put_off: number;
}

export interface Outcome {
  done: string[];
  left: { letter_id: string; code: string; detail: string }[];
}

export const countJobs = (http: Http): Promise<JobCounts> => http.request('GET', '/api/jobs');

export function listLetters(http: Http, filter: LetterFilter, cursor: string | null): Promise<LetterPage> {
  const parts = new URLSearchParams({ limit: '50', sort: filter.sort });
  if (filter.kind) parts.set('kind', filter.kind);
  if (filter.name) parts.set('name', filter.name);
  if (cursor) parts.set('cursor', cursor);
  return http.request('GET', `/api/jobs/dead?${parts.toString()}`);
}

export const openLetter = (http: Http, id: string): Promise<OpenedLetter> =>
  http.request('GET', `/api/jobs/dead/${id}`);

export const fixLetter = (
  http: Http,
  id: string,
  payload: Record<string, unknown>,
  replay: boolean,
): Promise<OpenedLetter> => http.request('PATCH', `/api/jobs/dead/${id}`, { payload, replay });

export const doWithLetters = (
  http: Http,
  deed: 'replay' | 'discard',
  ids: readonly string[],
): Promise<Outcome> => http.request('POST', `/api/jobs/dead/${deed}`, { letter_ids: ids });
