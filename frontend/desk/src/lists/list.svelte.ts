/** One list of conversations: its loaded pages, kept true by live news and fetched anew after a lost connection. */

import { Failure, type Summary } from '@alongside/sdk';
import type { ListCounts, ListPage } from '../api/conversations';
import { extended, placed } from './placing';
import type { ListQuery } from './query';

export interface PageAsked {
  query: ListQuery;
  cursor: string | null;
  limit: number;
  signal: AbortSignal;
}

export type FetchPage = (asked: PageAsked) => Promise<ListPage>;

const PAGE = 50;
/** The most that the server gives at once. */
const LARGEST_PAGE = 200;

export class ConversationList {
  items = $state.raw<readonly Summary[]>([]);
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state.raw<Failure | null>(null);
  loadingMore = $state(false);
  #cursor = $state<string | null>(null);
  #running: AbortController | null = null;
  #missed: Summary[] = [];

  constructor(
    readonly query: ListQuery,
    private readonly me: string,
    private readonly fetchPage: FetchPage,
    private readonly counted: (counts: ListCounts) => void = () => {},
  ) {}

  get more(): boolean {
    return this.#cursor !== null;
  }

  /** Loads as much as was loaded before, or the first page. What is shown stays until the answer is there. */
  async load(): Promise<void> {
    const wanted = this.items.length;
    const limit = Math.min(Math.max(wanted, PAGE), LARGEST_PAGE);
    const run = this.#start();
    try {
      let page = await this.#page(null, limit, run);
      let items = page.items;
      while (items.length < wanted && page.next_cursor) {
        page = await this.#page(page.next_cursor, limit, run);
        items = [...extended(items, page.items)];
      }
      this.#loaded(items, page, run);
    } catch (thrown) {
      this.#failed(thrown, run);
    }
  }

  async loadMore(): Promise<void> {
    if (!this.#cursor || this.loadingMore || this.phase !== 'ready') return;
    const run = this.#start();
    this.loadingMore = true;
    try {
      const page = await this.#page(this.#cursor, PAGE, run);
      this.#loaded(extended(this.items, page.items), page, run);
    } catch (thrown) {
      this.#failed(thrown, run);
    }
  }

  /** Live news of one conversation. */
  tell(news: Summary): void {
    if (this.#running) this.#missed.push(news);
    this.items = placed(this, news, this.query, this.me);
  }

  /** Read here: the dot goes at once. */
  read(conversationId: string): void {
    const known = this.items.find((item) => item.conversation_id === conversationId);
    if (known && known.unread > 0) {
      this.items = this.items.map((item) => (item === known ? { ...known, unread: 0 } : item));
    }
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
  }

  #page(cursor: string | null, limit: number, run: AbortController): Promise<ListPage> {
    return this.fetchPage({ query: this.query, cursor, limit, signal: run.signal });
  }

  #start(): AbortController {
    this.#running?.abort();
    this.loadingMore = false;
    this.#missed = [];
    return (this.#running = new AbortController());
  }

  #loaded(items: readonly Summary[], page: ListPage, run: AbortController): void {
    if (this.#running !== run) return;
    this.#running = null;
    this.loadingMore = false;
    this.failure = null;
    this.phase = 'ready';
    this.#cursor = page.next_cursor;
    this.counted(page.counts);
    this.items = this.#missed.reduce<readonly Summary[]>(
      (held, news) => placed({ items: held, more: this.more }, news, this.query, this.me),
      items,
    );
  }

  #failed(thrown: unknown, run: AbortController): void {
    if (this.#running !== run) return;
    this.#running = null;
    this.loadingMore = false;
    this.failure = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown));
    if (this.items.length === 0) this.phase = 'failed';
  }
}
