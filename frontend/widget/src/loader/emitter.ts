/** Who wants to know what, by name. */

export type Listener = (data: Record<string, unknown>) => void;

export class Emitter {
  readonly #listeners = new Map<string, Set<Listener>>();

  on(name: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** A listener that fails is the page's own trouble: the others still hear. */
  emit(name: string, data: Record<string, unknown> = {}): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(data);
      } catch (thrown) {
        reportError(thrown);
      }
    }
  }
}
