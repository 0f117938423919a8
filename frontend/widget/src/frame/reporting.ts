/** Tells the server which pages the visitor looks at, in order, once there is a connection. */

import type { Client } from '@alongside/sdk';
import type { SeenPage } from '../embed/messages';

export class Reporting {
  #waiting: SeenPage[] = [];
  #present: SeenPage | null = null;

  /** The page before the visitor now. */
  get present(): SeenPage | null {
    return this.#present;
  }

  saw(page: SeenPage): void {
    this.#present = page;
    this.#waiting = [...this.#waiting, page].slice(-10);
  }

  /** Reports what was not reported yet; what fails is tried with the next. */
  async flush(client: Client): Promise<void> {
    while (client.connection.get().phase === 'open' && this.#waiting.length > 0) {
      const [page, ...rest] = this.#waiting;
      this.#waiting = rest;
      try {
        await client.command('page', { url: page!.url, title: page!.title });
      } catch {
        this.#waiting = [page!, ...this.#waiting];
        return;
      }
    }
  }
}
