/** What was begun and not sent, by conversation; it survives a reload. */

import type { KeyedStorage, Uuid } from '@alongside/sdk';

export type ComposerMode = 'reply' | 'note';

export interface Draft {
  mode: ComposerMode;
  reply: string;
  note: string;
}

const EMPTY: Draft = { mode: 'reply', reply: '', note: '' };
const KEPT_AT_MOST = 200;

export class Drafts {
  constructor(
    private readonly storage: KeyedStorage,
    private readonly agentId: Uuid,
  ) {}

  read(conversationId: Uuid): Draft {
    try {
      return {
        ...EMPTY,
        ...(JSON.parse(this.storage.get(this.#key(conversationId)) ?? '{}') as Partial<Draft>),
      };
    } catch {
      return { ...EMPTY };
    }
  }

  write(conversationId: Uuid, draft: Draft): void {
    const key = this.#key(conversationId);
    if (!draft.reply && !draft.note) return this.storage.remove(key);
    this.storage.set(key, JSON.stringify(draft));
    this.#makeRoom(key);
  }

  #makeRoom(newest: string): void {
    const kept = this.storage.keys().filter((key) => key.startsWith(this.#prefix()));
    for (const key of kept.slice(0, Math.max(0, kept.length - KEPT_AT_MOST))) {
      if (key !== newest) this.storage.remove(key);
    }
  }

  #key(conversationId: Uuid): string {
    return `${this.#prefix()}${conversationId}`;
  }

  #prefix(): string {
    return `draft:${this.agentId}:`;
  }
}
