/** What is known of the person in the open conversation, with the pages they look at as they look at them. */

import type { Failure, Http, Page, Summary, Uuid } from '@alongside/sdk';
import { listPages, listPersonConversations, readPerson, type PageView, type Profile } from '../api/people';
import { failureOf } from '../text/trouble';

const PAGES_SHOWN = 8;

export class KnownPerson {
  profile = $state.raw<Profile | null>(null);
  pages = $state.raw<readonly PageView[]>([]);
  conversations = $state.raw<readonly Summary[]>([]);
  failure = $state.raw<Failure | null>(null);

  constructor(
    private readonly http: Http,
    readonly personId: Uuid,
  ) {}

  async load(): Promise<void> {
    try {
      [this.profile, this.pages, this.conversations] = await Promise.all([
        readPerson(this.http, this.personId),
        listPages(this.http, this.personId),
        listPersonConversations(this.http, this.personId),
      ]);
      this.failure = null;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** They have just opened this page. */
  opened(page: Page): void {
    const view = { url: page.url, title: page.title, viewed_at: page.at ?? new Date().toISOString() };
    this.pages = withPage(this.pages, view);
  }
}

/** The pages with this one first; opening the same page again only makes it newer. */
export function withPage(pages: readonly PageView[], view: PageView): readonly PageView[] {
  const rest = pages[0]?.url === view.url ? pages.slice(1) : pages;
  return [view, ...rest].slice(0, PAGES_SHOWN);
}
