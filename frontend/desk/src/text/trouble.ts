/** What to say when something failed: what it means and what to do, in our words where we have them. */

import { Failure } from '@alongside/sdk';
import type { MessageKey, Speech } from './speech.svelte';

const KNOWN: Partial<Record<string, MessageKey>> = {
  offline: 'trouble.offline',
  unavailable: 'trouble.unavailable',
  internal: 'trouble.internal',
  unauthenticated: 'trouble.unauthenticated',
  forbidden: 'trouble.forbidden',
  not_found: 'trouble.not_found',
  too_large: 'trouble.too_large',
  too_many_uploads: 'trouble.too_many_uploads',
  closed: 'trouble.closed',
  conflict: 'trouble.conflict',
};

export function failureOf(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure('internal', String(thrown));
}

export function troubleWords(thrown: unknown, speech: Speech): string {
  const failure = failureOf(thrown);
  if (failure.code === 'too_many') {
    return speech.t('trouble.too_many', { count: Math.ceil(failure.detail.retryAfter ?? 1) });
  }
  const limit = Number(failure.detail.fields?.['limit']);
  if (failure.code === 'too_large' && limit)
    return speech.t('trouble.too_large_for', { limit: speech.words.size(limit) });
  const known = KNOWN[failure.code];
  if (known) return speech.t(known);
  return [failure.message, failure.detail.hint].filter(Boolean).join(' ');
}

const FIELD: Partial<Record<string, MessageKey>> = { wrong: 'field.wrong', taken: 'field.taken' };

/** What is wrong with which field of a form; empty when it was not about fields. */
export function fieldWords(thrown: unknown, speech: Speech): Record<string, string> {
  const fields = Object.entries(failureOf(thrown).detail.fields ?? {});
  return Object.fromEntries(fields.map(([name, said]) => [name, FIELD[said] ? speech.t(FIELD[said]) : said]));
}
