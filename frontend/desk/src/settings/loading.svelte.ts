/** Something that a page shows once the server has answered. */

import type { Failure } from '@alongside/sdk';
import { failureOf } from '../text/trouble';

export class Loaded<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<Failure | null>(null);

  constructor(private readonly ask: () => Promise<T>) {
    void this.load();
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      this.value = await this.ask();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}
