/** The desk's addresses: pure reading and writing of paths under /desk. */

import type { ListQuery, ListSort, ListStatus, ListView } from '../lists/query';

export type SettingsPage = 'workspace' | 'embed' | 'identity' | 'team' | 'jobs' | 'audit';
export type AccountPage = 'profile' | 'sessions';

export type Route =
  | { page: 'setup' }
  | { page: 'lists'; query: ListQuery; conversationId: string | null }
  | { page: 'settings'; tab: SettingsPage | null }
  | { page: 'account'; tab: AccountPage | null }
  | { page: 'unknown' };

export const VIEWS: readonly ListView[] = ['mine', 'unassigned', 'all'];
export const SETTINGS: readonly SettingsPage[] = ['workspace', 'embed', 'identity', 'team', 'jobs', 'audit'];
export const ACCOUNT: readonly AccountPage[] = ['profile', 'sessions'];

const STATUSES: readonly ListStatus[] = ['open', 'closed'];
const SORTS: readonly ListSort[] = ['newest', 'waiting'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Reads an address, as `/desk/mine/6e…?status=closed`. Unknown parts fall back to what is usual. */
export function readRoute(path: string, search = ''): Route {
  const [root, first, second, ...rest] = path.split('/').filter((part) => part !== '');
  if (root === 'setup' && first === undefined) return { page: 'setup' };
  if (root !== 'desk' || rest.length > 0) return { page: 'unknown' };
  if (first === 'settings') return tabbed('settings', SETTINGS, second);
  if (first === 'account') return tabbed('account', ACCOUNT, second);
  const view = first === undefined ? 'mine' : one(VIEWS, first);
  if (view === null) return { page: 'unknown' };
  if (second !== undefined && !UUID.test(second)) return { page: 'unknown' };
  return {
    page: 'lists',
    query: readQuery(view, new URLSearchParams(search)),
    conversationId: second ?? null,
  };
}

/** The address of a route, beginning with a slash. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'setup':
      return '/setup';
    case 'settings':
    case 'account':
      return `/desk/${route.page}${route.tab ? `/${route.tab}` : ''}`;
    case 'lists':
      return listHref(route.query, route.conversationId);
    default:
      return '/desk';
  }
}

export function listHref(query: ListQuery, conversationId: string | null = null): string {
  const parts = new URLSearchParams();
  if (query.status !== 'open') parts.set('status', query.status);
  if (query.sort !== 'newest') parts.set('sort', query.sort);
  if (query.q) parts.set('q', query.q);
  const search = parts.toString();
  return `/desk/${query.view}${conversationId ? `/${conversationId}` : ''}${search ? `?${search}` : ''}`;
}

function readQuery(view: ListView, search: URLSearchParams): ListQuery {
  return {
    view,
    status: one(STATUSES, search.get('status')) ?? 'open',
    sort: one(SORTS, search.get('sort')) ?? 'newest',
    q: (search.get('q') ?? '').slice(0, 200),
  };
}

function tabbed(page: 'settings', tabs: readonly SettingsPage[], given: string | undefined): Route;
function tabbed(page: 'account', tabs: readonly AccountPage[], given: string | undefined): Route;
function tabbed(page: 'settings' | 'account', tabs: readonly string[], given: string | undefined): Route {
  const tab = given === undefined ? null : one(tabs, given);
  if (given !== undefined && tab === null) return { page: 'unknown' };
  return { page, tab } as Route;
}

function one<T extends string>(known: readonly T[], given: string | null): T | null {
  return known.find((each) => each === given) ?? null;
}
