/** The wire to one frame. Only that frame, only from the server's origin, only with its nonce is listened to. */

import { unsealed, type FrameMessage, type HostMessage } from '../embed/messages';

export interface Problem {
  code: string;
  message: string;
}

interface Waiting {
  resolve(): void;
  reject(problem: Error): void;
}

export class Link {
  readonly frame = document.createElement('iframe');
  readonly #nonce = nonce();
  readonly #listen = (event: MessageEvent): void => this.#received(event);
  readonly #waiting = new Map<number, Waiting>();
  /** What is to be said once the frame has been greeted; null from then on. */
  #queue: HostMessage[] | null = [];
  #requests = 0;

  constructor(
    private readonly server: string,
    workspace: string,
    title: string,
    private readonly onMessage: (message: FrameMessage) => void,
  ) {
    const url = new URL('/widget/frame', server);
    url.searchParams.set('workspace', workspace);
    url.hash = new URLSearchParams({ embedder: location.origin, nonce: this.#nonce }).toString();
    this.frame.src = url.href;
    this.frame.title = title;
    addEventListener('message', this.#listen);
  }

  get greeted(): boolean {
    return this.#queue === null;
  }

  /** The answer to `ready`; then everything that waited for it. */
  greet(hello: HostMessage): void {
    const queued = this.#queue ?? [];
    this.#queue = null;
    for (const message of [hello, ...queued]) this.#send(message);
  }

  /** Says it if the frame was greeted; if not, `hello` will say the same. */
  tell(message: HostMessage): void {
    if (this.greeted) this.#send(message);
  }

  /** Asks for something as soon as the frame was greeted; settles with its answer. */
  request(message: (id: number) => HostMessage): Promise<void> {
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.#queue) this.#queue.push(message(id));
      else this.#send(message(id));
    });
  }

  cut(): void {
    removeEventListener('message', this.#listen);
    this.frame.remove();
    for (const waiting of this.#waiting.values())
      waiting.reject(problem({ code: 'aborted', message: 'The widget is gone.' }));
  }

  #send(message: HostMessage): void {
    this.frame.contentWindow?.postMessage({ ...message, alongside: 1, nonce: this.#nonce }, this.server);
  }

  #received({ source, origin, data }: MessageEvent): void {
    if (!source || source !== this.frame.contentWindow || origin !== this.server) return;
    const message = unsealed<FrameMessage>(data, this.#nonce);
    if (message?.type === 'answer') this.#answered(message.id, message.problem);
    else if (message) this.onMessage(message);
  }

  #answered(id: number, wrong: Problem | null): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (wrong) waiting?.reject(problem(wrong));
    else waiting?.resolve();
  }
}

/** An error with the server's stable code. */
export function problem({ code, message }: Problem): Error {
  return Object.assign(new Error(message), { code });
}

function nonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
