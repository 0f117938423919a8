/** How a live event changes the part of a list that is loaded. */

import type { Summary } from '@alongside/sdk';
import { belongs, compare, type ListQuery } from './query';

export interface Loaded {
  items: readonly Summary[];
  /** Whether the server has more after the last item. */
  more: boolean;
}

/**
 * The list after this news: the conversation moved to its place, came, or left. What sorts behind the last loaded item
 * of a list that goes on is left to the next page. While searching, only what was found is kept up to date. News that
 * is older than what is held is late, and changes nothing.
 */
export function placed(loaded: Loaded, news: Summary, query: ListQuery, me: string): readonly Summary[] {
  const known = loaded.items.find((item) => item.conversation_id === news.conversation_id);
  if (known && known.last_seq > news.last_seq) return loaded.items;
  const others = known ? loaded.items.filter((item) => item !== known) : loaded.items;
  if (!belongs(news, query, me) || (query.q !== '' && !known)) return others;
  const found = others.findIndex((item) => compare(news, item, query.sort) < 0);
  if (found === -1) return loaded.more ? others : [...others, news];
  return [...others.slice(0, found), news, ...others.slice(found)];
}

/** A page from the server behind what is there, without doubles: an item may have moved between two requests. */
export function extended(items: readonly Summary[], page: readonly Summary[]): readonly Summary[] {
  const known = new Set(items.map((item) => item.conversation_id));
  return [...items, ...page.filter((item) => !known.has(item.conversation_id))];
}
