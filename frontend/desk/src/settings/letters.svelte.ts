/** The list of what could not be done: its filter, its pages, and which of it are chosen. */

import type { Failure, Http } from '@alongside/sdk';
import { SvelteSet } from 'svelte/reactivity';
import { doWithLetters, listLetters, type Letter, type LetterFilter, type Outcome } from '../api/jobs';
import { failureOf } from '../text/trouble';

/** As many as the server takes at once. */
const AT_ONCE = 200;

export class Letters {
  filter = $state<LetterFilter>({ kind: '', name: '', sort: '-failed_at' });
  all = $state.raw<readonly Letter[]>([]);
  cursor = $state<string | null>(null);
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state.raw<Failure | null>(null);
  readonly chosen = new SvelteSet<string>();
  #asked = 0;

  constructor(private readonly http: Http) {}

  async load(after: string | null = null): Promise<void> {
    const ask = ++this.#asked;
    this.phase = 'loading';
    try {
      const page = await listLetters(this.http, this.filter, after);
      if (ask !== this.#asked) return;
      this.all = after ? [...this.all, ...page.items] : page.items;
      this.cursor = page.next_cursor;
      this.phase = 'ready';
      this.#forgetMissing();
    } catch (thrown) {
      if (ask !== this.#asked) return;
      this.failure = failureOf(thrown);
      this.phase = 'failed';
    }
  }

  #forgetMissing(): void {
    const there = new Set(this.all.map(({ letter_id }) => letter_id));
    for (const id of this.chosen) if (!there.has(id)) this.chosen.delete(id);
  }

  get allChosen(): boolean {
    return this.all.length > 0 && this.chosen.size === this.all.length;
  }

  chooseAll(chosen: boolean): void {
    this.chosen.clear();
    if (chosen) for (const { letter_id } of this.all) this.chosen.add(letter_id);
  }

  choose(id: string, chosen: boolean): void {
    if (chosen) this.chosen.add(id);
    else this.chosen.delete(id);
  }

  /** Replays or discards these, and takes from the list what it was done with. */
  async do(deed: 'replay' | 'discard', ids: readonly string[]): Promise<Outcome> {
    const outcome: Outcome = { done: [], left: [] };
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const part = await doWithLetters(this.http, deed, ids.slice(start, start + AT_ONCE));
      outcome.done.push(...part.done);
      outcome.left.push(...part.left);
      this.drop(part.done);
    }
    return outcome;
  }

  drop(ids: readonly string[]): void {
    this.all = this.all.filter(({ letter_id }) => !ids.includes(letter_id));
    for (const id of ids) this.chosen.delete(id);
  }
}
