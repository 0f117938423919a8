/** One conversation as a client holds it: what the server told, and what this client has yet to tell. */

import type { Failure } from './errors';
import { appended, happened, NOTHING_TOLD, prepended, quieted, same, subscribed, type Told } from './fold';
import type { Appended, CommandData, CommandName, ConversationEvents, Entries, Subscribed } from './frames';
import { newId } from './identifiers';
import type { Outbox, Pending, ShownEntry } from './outbox';
import { writable, type Readable, type Unsubscribe } from './readable';
import type { Subscriptions } from './subscriptions';
import { timeline, type Acknowledged, type ThreadItem } from './timeline';
import type { Author, Entry, FileReference, Page, Uuid } from './words';

export interface ConversationState extends Told {
  conversation_id: Uuid;
  /** starting: not known to the server yet · stale: was live, the connection is away · ended: see `failure`. */
  phase: 'starting' | 'loading' | 'live' | 'stale' | 'ended';
  failure: Failure | null;
  /** Everything to show, in order: what the server told, then what is on its way. */
  items: readonly ThreadItem[];
  history: 'more' | 'loading' | 'failed' | 'all';
  /** The last page the visitor reported (agents only). */
  page: Page | null;
}

/** What a conversation needs of its client. */
export interface ConversationMeans {
  subscriptions: Subscriptions;
  outbox: Outbox;
  /** Who writes here; an id once the server has said it. */
  me: () => Author;
  /** Sends a command that nobody waits for, if the connection is there. */
  tell: <N extends CommandName>(name: N, data: CommandData[N]) => boolean;
  /** Entries before `before`, oldest first, and the sequence after which they begin. */
  history: (conversationId: Uuid, before: number) => Promise<{ entries: Entry[]; from: number }>;
  /** Told when something was read here, so that lists can say so at once. */
  read: (conversationId: Uuid, seq: number) => void;
}

const TYPING_EVERY_MS = 3_000;
const TYPING_STOPS_AFTER_MS = 5_000;

export class Conversation implements Readable<ConversationState> {
  readonly #state;
  #fresh = true;
  #acknowledged: readonly Acknowledged[] = [];
  #closers: Unsubscribe[] = [];
  #unsubscribe: Unsubscribe | null = null;
  #readSeq = 0;
  #typingSince = 0;
  #typingStop: ReturnType<typeof setTimeout> | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly id: Uuid,
    private readonly means: ConversationMeans,
  ) {
    this.#state = writable<ConversationState>({
      ...NOTHING_TOLD,
      conversation_id: id,
      phase: 'loading',
      failure: null,
      items: [],
      history: 'all',
      page: null,
    });
  }

  get(): ConversationState {
    return this.#state.get();
  }

  subscribe(run: (state: ConversationState) => void): Unsubscribe {
    return this.#state.subscribe(run);
  }

  /** Begins to follow the conversation; called by the client. */
  open(): void {
    this.#closers.push(this.means.outbox.pending.subscribe(() => this.#outboxChanged()));
  }

  close(): void {
    this.stopTyping();
    clearTimeout(this.#quiet);
    for (const close of this.#closers.splice(0)) close();
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  /** Sends a message; it is in `items` at once. Empty texts need files. */
  send(text: string, extra: { files?: FileReference[]; choice?: string } = {}): Promise<Appended> {
    this.stopTyping();
    const { files = [], choice } = extra;
    const data: CommandData['send'] = { conversation_id: this.id, entry_id: newId(), text };
    if (files.length) data.files = files.map(({ file_id }) => file_id);
    if (choice !== undefined) data.choice = choice;
    return this.means.outbox.post('send', data, { kind: 'message', body: { text, files, choice } });
  }

  /** A note for the team alone (agents). */
  note(text: string, files: FileReference[] = []): Promise<Appended> {
    const data: CommandData['note'] = { conversation_id: this.id, entry_id: newId(), text };
    if (files.length) data.files = files.map(({ file_id }) => file_id);
    return this.means.outbox.post('note', data, { kind: 'note', body: { text, files } });
  }

  /** Asks for a human; the concierge hands over (persons). */
  askHuman(): Promise<unknown> {
    return this.means.outbox.post('ask_human', { conversation_id: this.id, entry_id: newId() });
  }

  retry(pendingId: string): void {
    this.means.outbox.retry(pendingId);
  }

  discard(pendingId: string): void {
    this.means.outbox.discard(pendingId);
  }

  /** Everything up to `seq` was seen by the one who sits here. */
  markRead(seq: number): void {
    if (seq <= this.#readSeq) return;
    this.#readSeq = seq;
    this.means.tell('read', { conversation_id: this.id, seq });
    this.means.read(this.id, seq);
  }

  /** Call on each key: others see the typing at most every 3 s, and its end 5 s after the last key. */
  typing(): void {
    clearTimeout(this.#typingStop);
    this.#typingStop = setTimeout(() => this.stopTyping(), TYPING_STOPS_AFTER_MS);
    if (Date.now() - this.#typingSince < TYPING_EVERY_MS || this.get().phase !== 'live') return;
    this.#typingSince = Date.now();
    this.means.tell('typing', { conversation_id: this.id, on: true });
  }

  stopTyping(): void {
    clearTimeout(this.#typingStop);
    if (this.#typingSince === 0) return;
    this.#typingSince = 0;
    this.means.tell('typing', { conversation_id: this.id, on: false });
  }

  /** Loads what came before the oldest entry that is held. */
  async loadOlder(): Promise<void> {
    const { history, from } = this.get();
    if (history === 'loading' || history === 'all') return;
    this.#change({ history: 'loading' });
    try {
      const page = await this.means.history(this.id, from + 1);
      if (this.get().from !== from) return this.#change({ history: this.#more() });
      this.#change({
        ...prepended(this.get(), page.entries, page.from),
        history: page.from > 0 ? 'more' : 'all',
      });
    } catch {
      this.#change({ history: 'failed' });
    }
  }

  /** The connection went away; what is held stays. */
  lost(): void {
    if (this.get().phase === 'live') this.#change({ phase: 'stale', typing: [] });
    this.#typingSince = 0;
  }

  /** A command of this conversation was answered: its entry is shown as sent until it arrives by the topic. */
  acknowledged(command: Pending, result: unknown): void {
    const { seq, at } = (result ?? {}) as Partial<Appended>;
    const entryId = command.data.entry_id;
    if (!command.shown || !entryId) return;
    this.#acknowledged = [...this.#acknowledged, { entryId, seq: seq ?? null, at: at ?? null, command }];
  }

  #outboxChanged(): void {
    if (!this.#unsubscribe && !this.means.outbox.starting(this.id) && this.get().phase !== 'ended')
      this.#follow();
    else if (this.means.outbox.starting(this.id)) this.#change({ phase: 'starting' });
    this.#change({});
  }

  #follow(): void {
    this.#change({ phase: 'loading' });
    this.#unsubscribe = this.means.subscriptions.open(`conversation:${this.id}`, {
      upto: () => (this.#fresh ? null : this.get().upto),
      subscribed: (frame) => this.#subscribed(frame),
      entries: (frame) => this.#appended(frame),
      event: (name, data) => this.#happened(name, data),
      ended: (failure) => this.#ended(failure),
    });
  }

  #subscribed(frame: Subscribed): void {
    const told = subscribed(this.get(), frame, this.#fresh);
    this.#fresh = false;
    this.#change({ ...told, phase: 'live', failure: null, history: told.from > 0 ? 'more' : 'all' });
    const mine = told.participants.find((one) => same(one, this.means.me()));
    if (mine && mine.read_seq > this.#readSeq) this.#readSeq = mine.read_seq;
    else if (mine && mine.read_seq < this.#readSeq) {
      this.means.tell('read', { conversation_id: this.id, seq: this.#readSeq });
    }
  }

  #appended(frame: Entries): void {
    this.#change(appended(this.get(), frame));
  }

  #happened(name: string, data: unknown): void {
    if (name === 'page') return this.#change({ page: data as Page });
    const event = name as keyof ConversationEvents;
    this.#change(happened(this.get(), event, data as ConversationEvents[typeof event], Date.now()));
    if (name === 'typing') this.#quietLater();
  }

  #quietLater(): void {
    clearTimeout(this.#quiet);
    const next = Math.min(...this.get().typing.map(({ until }) => until));
    if (next === Infinity) return;
    this.#quiet = setTimeout(
      () => {
        this.#change(quieted(this.get(), Date.now()));
        this.#quietLater();
      },
      Math.max(0, next - Date.now()),
    );
  }

  #ended(failure: Failure): void {
    this.#unsubscribe = null;
    this.#change({ phase: 'ended', failure });
  }

  #more(): 'more' | 'all' {
    return this.get().from > 0 ? 'more' : 'all';
  }

  #change(change: Partial<ConversationState>): void {
    const state = { ...this.get(), ...change };
    const known = new Set(state.entries.map(({ entry_id }) => entry_id));
    this.#acknowledged = this.#acknowledged.filter(({ entryId }) => !known.has(entryId));
    const pending = this.means.outbox.pending.get().filter(({ data }) => data.conversation_id === this.id);
    this.#state.set({
      ...state,
      items: timeline(state.entries, this.#acknowledged, pending, this.means.me()),
    });
  }
}

export type { ShownEntry };
