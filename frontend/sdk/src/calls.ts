/** Commands on their way over one socket, and who waits for their answers. */

import { Failure, failureOfFrame } from './errors';
import type { ClientFrame, CommandData, CommandName, CommandResults, ServerFrame } from './frames';

interface Waiting {
  resolve(result: unknown): void;
  reject(failure: Failure): void;
  timer: ReturnType<typeof setTimeout>;
}

const ANSWER_WITHIN_MS = 20_000;

export class Calls {
  readonly #waiting = new Map<string, Waiting>();

  constructor(private readonly send: (frame: ClientFrame) => boolean) {}

  /** Sends the command now; fails with `offline` when there is no connection or it goes away before the answer. */
  call<N extends CommandName>(name: N, data: CommandData[N], id: string): Promise<CommandResults[N]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(id, new Failure('unavailable', 'No answer')),
        ANSWER_WITHIN_MS,
      );
      this.#waiting.set(id, { resolve: resolve, reject, timer });
      if (!this.send({ type: 'command', id, name, data })) this.#fail(id, offline());
    });
  }

  /** Takes answers to commands; says whether the frame was one. */
  receive(frame: ServerFrame): boolean {
    if (frame.type === 'error' && frame.id !== null) return this.#fail(frame.id, failureOfFrame(frame));
    if (frame.type !== 'done') return false;
    this.#take(frame.id)?.resolve(frame.data);
    return true;
  }

  /** The socket is gone: no answer will come. */
  lost(): void {
    for (const id of [...this.#waiting.keys()]) this.#fail(id, offline());
  }

  #fail(id: string, failure: Failure): boolean {
    const waiting = this.#take(id);
    waiting?.reject(failure);
    return waiting !== undefined;
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(id);
    return waiting;
  }
}

function offline(): Failure {
  return new Failure('offline', 'No connection');
}
