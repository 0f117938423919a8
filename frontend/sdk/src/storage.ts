/** A place for small texts by key, that may be gone tomorrow but never throws. */
export interface KeyedStorage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

/** Lives as long as the page. */
export function memoryStorage(): KeyedStorage {
  const kept = new Map<string, string>();
  return {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
    keys: () => [...kept.keys()],
  };
}

/**
 * The browser's localStorage or sessionStorage under a prefix. Where it is forbidden (a frame with third-party storage
 * blocked) or full, what is kept lives as long as the page.
 */
export function browserStorage(open: () => Storage, prefix: string): KeyedStorage {
  const memory = memoryStorage();
  const storage = attempt(open);
  if (!storage) return memory;
  return {
    get: (key) => memory.get(key) ?? storage.getItem(prefix + key),
    set(key, value) {
      memory.remove(key);
      if (attempt(() => (storage.setItem(prefix + key, value), true)) === null) memory.set(key, value);
    },
    remove(key) {
      memory.remove(key);
      storage.removeItem(prefix + key);
    },
    keys: () => [
      ...memory.keys(),
      ...Object.keys(storage)
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length)),
    ],
  };
}

function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
