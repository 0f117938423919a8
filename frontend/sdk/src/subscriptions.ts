/** Topics that stay subscribed through every reconnect, and resume from the last sequence they saw. */

import { Failure, failureOfFrame } from './errors';
import type { ClientFrame, Entries, ErrorFrame, ServerFrame, Subscribed } from './frames';
import { newId } from './identifiers';

/** Whoever holds what a topic says. */
export interface TopicSink {
  /** The last sequence held, from which to resume; null for all that the server gives at first. */
  upto(): number | null;
  subscribed(frame: Subscribed): void;
  /** Only called when `frame.after` is not beyond `upto()`: what comes is without a gap. */
  entries?(frame: Entries): void;
  event?(name: string, data: unknown): void;
  /** Ended by the server: access was taken away, or was never there. */
  ended?(failure: Failure): void;
}

interface Held {
  sink: TopicSink;
  /** The subscribe frame that is not answered yet. */
  asked: string | null;
  retry: ReturnType<typeof setTimeout> | undefined;
}

const RETRY_MS = 2_000;

export class Subscriptions {
  readonly #held = new Map<string, Held>();

  constructor(private readonly send: (frame: ClientFrame) => boolean) {}

  /** Opens the topic now and after each reconnect; the returned function ends it. One sink a topic. */
  open(topic: string, sink: TopicSink): () => void {
    if (this.#held.has(topic)) throw new Error(`${topic} is already open`);
    const held: Held = { sink, asked: null, retry: undefined };
    this.#held.set(topic, held);
    this.#ask(topic, held);
    return () => this.#held.get(topic) === held && this.#close(topic, held);
  }

  /** After a welcome: everything is asked for again. */
  resume(): void {
    for (const [topic, held] of this.#held) this.#ask(topic, held);
  }

  /** Takes the frames that concern topics; says whether it was one. */
  receive(frame: ServerFrame): boolean {
    if (frame.type === 'subscribed') return this.#subscribed(frame);
    if (frame.type === 'entries') return this.#entries(frame);
    if (frame.type === 'event') {
      const held = this.#held.get(frame.topic);
      if (held && !held.asked) held.sink.event?.(frame.name, frame.data);
      return true;
    }
    if (frame.type === 'revoked') return this.#end(frame.topic, new Failure(frame.code, frame.message));
    if (frame.type === 'error') return this.#failed(frame);
    return frame.type === 'unsubscribed';
  }

  #ask(topic: string, held: Held): void {
    clearTimeout(held.retry);
    held.asked = newId();
    this.send({ type: 'subscribe', id: held.asked, topic, after: held.sink.upto() });
  }

  #subscribed(frame: Subscribed): true {
    const held = this.#held.get(frame.topic);
    // Unasked, the server gives it again after it may have missed something itself.
    if (!held || (held.asked && held.asked !== frame.id)) return true;
    held.asked = null;
    held.sink.subscribed(frame);
    return true;
  }

  #entries(frame: Entries): true {
    const held = this.#held.get(frame.topic);
    if (!held || held.asked) return true;
    const upto = held.sink.upto() ?? 0;
    if (frame.after > upto) this.#ask(frame.topic, held);
    else if (frame.upto > upto) held.sink.entries?.(frame);
    return true;
  }

  #failed(frame: ErrorFrame): boolean {
    for (const [topic, held] of this.#held) {
      if (frame.id === null || held.asked !== frame.id) continue;
      const failure = failureOfFrame(frame);
      if (!failure.passing) return this.#end(topic, failure);
      held.retry = setTimeout(() => this.#ask(topic, held), (frame.retry_after ?? 0) * 1000 + RETRY_MS);
      return true;
    }
    return false;
  }

  #end(topic: string, failure: Failure): true {
    const held = this.#held.get(topic);
    if (held) this.#forget(topic, held);
    held?.sink.ended?.(failure);
    return true;
  }

  #close(topic: string, held: Held): void {
    this.#forget(topic, held);
    this.send({ type: 'unsubscribe', id: newId(), topic });
  }

  #forget(topic: string, held: Held): void {
    clearTimeout(held.retry);
    this.#held.delete(topic);
  }
}
