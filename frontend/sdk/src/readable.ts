/** Values one can watch. The shape is Svelte's store contract, so `$store` works, and nothing of Svelte is needed. */

export type Unsubscribe = () => void;

export interface Readable<T> {
  /** The value now. */
  get(): T;
  /** Calls `run` with the value at once and after each change, until the returned function is called. */
  subscribe(run: (value: T) => void): Unsubscribe;
}

export interface Writable<T> extends Readable<T> {
  set(value: T): void;
  update(change: (value: T) => T): void;
}

/** A value in memory; setting the identical value tells nobody. */
export function writable<T>(initial: T): Writable<T> {
  let value = initial;
  const runs = new Set<(value: T) => void>();
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    for (const run of [...runs]) if (runs.has(run)) run(value);
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe(given) {
      const run = (next: T): void => given(next);
      runs.add(run);
      run(value);
      return () => runs.delete(run);
    },
  };
}

/** A value computed from one other. */
export function derived<A, B>(source: Readable<A>, compute: (value: A) => B): Readable<B> {
  return {
    get: () => compute(source.get()),
    subscribe(run) {
      let last: B;
      let first = true;
      return source.subscribe((value) => {
        const next = compute(value);
        if (!first && Object.is(next, last)) return;
        first = false;
        last = next;
        run(next);
      });
    },
  };
}
