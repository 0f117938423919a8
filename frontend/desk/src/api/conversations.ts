import type { Http, Summary } from '@alongside/sdk';
import type { PageAsked } from '../lists/list.svelte';

export interface ListCounts {
  mine: number;
  unassigned: number;
  all: number;
}

export interface ListPage {
  items: Summary[];
  next_cursor: string | null;
  counts: ListCounts;
}

/** One page of a list; `cursor` is the `next_cursor` of the page before. */
export function listConversations(
  http: Http,
  { query, cursor, limit, signal }: PageAsked,
): Promise<ListPage> {
  const parts = new URLSearchParams({ view: query.view, status: query.status, sort: query.sort });
  if (query.q) parts.set('q', query.q);
  if (cursor) parts.set('cursor', cursor);
  parts.set('limit', String(limit));
  return http.request('GET', `/api/conversations?${parts.toString()}`, undefined, { signal });
}
