/**
 * Commands that must not be lost: kept in storage until the server has answered, sent again after a reload or a
 * reconnect, in order within a conversation, under an id of the client's making so that no retry doubles them.
 */

import { backoffSeconds } from './backoff';
import { Failure } from './errors';
import type { CommandData, CommandName, CommandResults } from './frames';
import type { EntryKind } from './words';
import { newId } from './identifiers';
import { writable, type Readable } from './readable';
import type { KeyedStorage } from './storage';

/** Commands that make an entry, and therefore may be repeated. */
export type DurableCommand = Exclude<CommandName, 'typing' | 'read' | 'page'>;

export interface ShownEntry {
  kind: EntryKind;
  body: Record<string, unknown>;
}

export interface Pending<N extends DurableCommand = DurableCommand> {
  id: string;
  name: N;
  data: CommandData[N];
  /** Milliseconds of `Date.now()`. */
  queuedAt: number;
  /** Orders commands that were queued within one millisecond. */
  order: number;
  /** queued: waits for the network or its turn · sending: on its way · failed: the server said no. */
  state: 'queued' | 'sending' | 'failed';
  attempts: number;
  /** What the thread shows until the server's own entry arrives. */
  shown?: ShownEntry | undefined;
  failure?: { code: string; message: string; hint?: string | undefined } | undefined;
}

/** Sends one command; the promise settles with the server's answer, or a failure `offline` when the socket went away. */
export type Call = <N extends CommandName>(
  name: N,
  data: CommandData[N],
  id: string,
) => Promise<CommandResults[N]>;

interface Waiter {
  resolve(result: unknown): void;
  reject(failure: Failure): void;
}

const GIVE_UP_AFTER = 6;

export class Outbox {
  readonly #pending = writable<readonly Pending[]>([]);
  readonly pending: Readable<readonly Pending[]> = this.#pending;
  /** Called before a command leaves the outbox, with what the server answered. */
  onDone: (command: Pending, result: unknown) => void = () => {};

  #online = false;
  #order = 0;
  readonly #waiters = new Map<string, Waiter>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly call: Call,
    private readonly storage: KeyedStorage,
    private readonly scope: string,
    private readonly random: () => number,
  ) {
    this.#pending.set(this.#restored());
    this.#order = Math.max(0, ...this.#pending.get().map(({ order }) => order + 1));
  }

  /** Keeps the command and sends it when its turn comes; settles when the server has answered for good. */
  post<N extends DurableCommand>(
    name: N,
    data: CommandData[N],
    shown?: ShownEntry,
  ): Promise<CommandResults[N]> {
    const command: Pending = {
      id: newId(),
      name,
      data,
      shown,
      queuedAt: Date.now(),
      order: this.#order++,
      state: 'queued',
      attempts: 0,
    };
    const settled = new Promise<CommandResults[N]>((resolve, reject) => {
      this.#waiters.set(command.id, { resolve: resolve, reject });
    });
    settled.catch(() => {});
    this.#keep(command);
    this.#pending.update((all) => [...all, command]);
    this.#flush();
    return settled;
  }

  /** Whether the conversation's start has not reached the server yet. */
  starting(conversationId: string): boolean {
    return this.#pending
      .get()
      .some(({ name, data }) => name === 'start' && data.conversation_id === conversationId);
  }

  /** The connection is there: everything that waits is sent. */
  resume(): void {
    this.#online = true;
    this.#flush();
  }

  pause(): void {
    this.#online = false;
  }

  /** Tries a failed command again, under the same id. */
  retry(id: string): void {
    const command = this.#find(id);
    if (command?.state !== 'failed') return;
    this.#keep({ ...command, state: 'queued' });
    this.#change(id, { state: 'queued', attempts: 0, failure: undefined });
    this.#flush();
  }

  discard(id: string): void {
    const command = this.#find(id);
    if (!command || command.state === 'sending') return;
    this.#remove(command);
    this.#waiters.get(id)?.reject(new Failure('aborted', 'Discarded'));
    this.#waiters.delete(id);
  }

  /** Forgets everything that was not sent: another person uses this device now. */
  clear(): void {
    for (const command of this.#pending.get()) this.storage.remove(this.#key(command));
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const waiter of this.#waiters.values()) waiter.reject(new Failure('aborted', 'Forgotten'));
    this.#timers.clear();
    this.#waiters.clear();
    this.#pending.set([]);
  }

  #restored(): Pending[] {
    const prefix = `${this.scope}:`;
    const kept = this.storage
      .keys()
      .filter((key) => key.startsWith(prefix))
      .map((key) => this.#read(key));
    return kept
      .filter((command): command is Pending => command !== null)
      .sort((a, b) => a.queuedAt - b.queuedAt || a.order - b.order);
  }

  #read(key: string): Pending | null {
    try {
      const command = JSON.parse(this.storage.get(key) ?? '') as Pending;
      return command.state === 'failed' ? command : { ...command, state: 'queued', attempts: 0 };
    } catch {
      this.storage.remove(key);
      return null;
    }
  }

  /** Sends the first queued command of each conversation; the next follows when it is answered. */
  #flush(): void {
    if (!this.#online) return;
    const busy = new Set<string>();
    for (const command of this.#pending.get()) {
      const lane = command.data.conversation_id;
      if (busy.has(lane) || command.state === 'failed') continue;
      busy.add(lane);
      if (command.state === 'queued' && !this.#timers.has(command.id)) void this.#send(command);
    }
  }

  async #send(command: Pending): Promise<void> {
    this.#change(command.id, { state: 'sending', attempts: command.attempts + 1 });
    try {
      this.#done(command, await this.call(command.name, command.data, command.id));
    } catch (thrown) {
      this.#failed(command.id, thrown instanceof Failure ? thrown : new Failure('internal', String(thrown)));
    }
    this.#flush();
  }

  #done(command: Pending, result: unknown): void {
    if (!this.#find(command.id)) return;
    this.onDone(command, result);
    this.#remove(command);
    this.#waiters.get(command.id)?.resolve(result);
    this.#waiters.delete(command.id);
  }

  #failed(id: string, failure: Failure): void {
    const command = this.#find(id);
    if (!command) return;
    if (failure.code === 'offline')
      return this.#change(id, { state: 'queued', attempts: command.attempts - 1 });
    if (failure.passing && command.attempts < GIVE_UP_AFTER) return this.#later(command, failure);
    const { code, message, detail } = failure;
    const failed = { state: 'failed', failure: { code, message, hint: detail.hint } } as const;
    this.#keep({ ...command, ...failed });
    this.#change(id, failed);
    this.#waiters.get(id)?.reject(failure);
    this.#waiters.delete(id);
  }

  #later(command: Pending, failure: Failure): void {
    const seconds = (failure.detail.retryAfter ?? 0) + backoffSeconds(command.attempts, this.random);
    this.#change(command.id, { state: 'queued' });
    this.#timers.set(
      command.id,
      setTimeout(() => {
        this.#timers.delete(command.id);
        this.#flush();
      }, seconds * 1000),
    );
  }

  #find(id: string): Pending | undefined {
    return this.#pending.get().find((command) => command.id === id);
  }

  #change(id: string, change: Partial<Pending>): void {
    this.#pending.update((all) =>
      all.map((command) => (command.id === id ? { ...command, ...change } : command)),
    );
  }

  #remove(command: Pending): void {
    clearTimeout(this.#timers.get(command.id));
    this.#timers.delete(command.id);
    this.storage.remove(this.#key(command));
    this.#pending.update((all) => all.filter(({ id }) => id !== command.id));
  }

  #keep(command: Pending): void {
    this.storage.set(this.#key(command), JSON.stringify(command));
  }

  #key(command: Pending): string {
    return `${this.scope}:${command.id}`;
  }
}
