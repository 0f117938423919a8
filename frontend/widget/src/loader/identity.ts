/** Who the visitor is, as the page says it: kept until there is a frame that can tell the server. */

import { problem, type Link } from './link';

/** A JWT that says who the visitor is, or a function that gets one when it is needed. */
export type Proof = string | (() => string | Promise<string>);

interface Claim {
  proof: Proof;
  resolve(): void;
  reject(problem: unknown): void;
}

export class Identity {
  #claim: Claim | null = null;

  /** Keeps the proof; settles when the server has agreed or refused. A later claim takes its place. */
  claim(proof: Proof): Promise<void> {
    this.drop('Another identity was given.');
    const settled = new Promise<void>((resolve, reject) => {
      this.#claim = { proof, resolve, reject };
    });
    settled.catch(() => {});
    return settled;
  }

  drop(why: string): void {
    this.#claim?.reject(problem({ code: 'aborted', message: why }));
    this.#claim = null;
  }

  /** Proves what is claimed, once. */
  async prove(link: Link): Promise<void> {
    const claim = this.#claim;
    if (!claim) return;
    this.#claim = null;
    try {
      const jwt = typeof claim.proof === 'string' ? claim.proof : await claim.proof();
      await link.request((id) => ({ type: 'identify', id, jwt }));
      claim.resolve();
    } catch (thrown) {
      claim.reject(thrown);
    }
  }
}
