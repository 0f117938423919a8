/** The device's token: the page keeps it, and it is made when first needed, as soon as the network allows. */

import { backoffSeconds, Failure, type Http } from '@alongside/sdk';
import { registerDevice } from './server';

export class DeviceToken {
  #token: string | null = null;
  #coming: Promise<string> | null = null;
  #wake: () => void = () => {};

  constructor(
    private readonly workspace: string,
    private readonly http: () => Http,
    private readonly locale: () => string,
    private readonly keep: (token: string | null, before: string | null) => void,
  ) {
    addEventListener('online', () => this.#wake());
  }

  get held(): string | null {
    return this.#token;
  }

  /** The page had it, or another tab has just got it. */
  take(token: string | null): void {
    this.#token = token;
  }

  /** A new token, or none any more: the page is told. */
  change(token: string | null): void {
    const before = this.#token;
    this.#token = token;
    this.#coming = null;
    this.keep(token, before);
  }

  /** The token; if there is none, one is made. Tries again while the network or the server is away. */
  need(): Promise<string> {
    if (this.#token) return Promise.resolve(this.#token);
    this.#coming ??= this.#make().finally(() => (this.#coming = null));
    return this.#coming;
  }

  async #make(): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { token } = await registerDevice(this.http(), this.workspace, this.locale());
        if (!this.#token) this.change(token);
        return this.#token!;
      } catch (thrown) {
        if (!(thrown instanceof Failure) || !thrown.passing) throw thrown;
        await this.#pause(Math.max(backoffSeconds(attempt, Math.random), thrown.detail.retryAfter ?? 0));
      }
    }
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
