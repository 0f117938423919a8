/** The time, ticking for whoever shows it and for nobody else. */

import { createSubscriber } from 'svelte/reactivity';

const TICK_MS = 10_000;

export class Clock {
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, TICK_MS);
    document.addEventListener('visibilitychange', update);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', update);
    };
  });

  /** Milliseconds; reading it in a component draws that component again every ten seconds. */
  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}
