/** A person's own conversations, newest first, as the topic `mine` keeps them. */

import type { Subscribed } from './frames';
import { writable, type Readable, type Unsubscribe } from './readable';
import type { TopicSink } from './subscriptions';
import type { Summary, Uuid } from './words';

export interface MineState {
  phase: 'loading' | 'live';
  conversations: readonly Summary[];
}

export class Mine implements Readable<MineState> {
  readonly #state = writable<MineState>({ phase: 'loading', conversations: [] });

  get(): MineState {
    return this.#state.get();
  }

  subscribe(run: (state: MineState) => void): Unsubscribe {
    return this.#state.subscribe(run);
  }

  readonly sink: TopicSink = {
    upto: () => null,
    subscribed: ({ state }: Subscribed) => this.#set(state as Summary[]),
    event: (name, data) => name === 'summary' && this.upsert(data as Summary),
  };

  upsert(summary: Summary): void {
    const others = this.get().conversations.filter(
      ({ conversation_id }) => conversation_id !== summary.conversation_id,
    );
    this.#set([summary, ...others]);
  }

  /** Something was read here: the list need not wait for the server to say so. */
  read(conversationId: Uuid, seq: number): void {
    const known = this.get().conversations.find(({ conversation_id }) => conversation_id === conversationId);
    if (known && known.unread > 0 && seq >= known.last_seq) this.upsert({ ...known, unread: 0 });
  }

  #set(conversations: Summary[]): void {
    const newestFirst = [...conversations].sort((a, b) => (a.last_entry_at < b.last_entry_at ? 1 : -1));
    this.#state.set({ phase: 'live', conversations: newestFirst });
  }
}
