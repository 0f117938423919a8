/** The wire to one frame. Only that frame, only from the server's origin, only with its nonce is listened to. */

import { unsealed, type FrameMessage, type HostMessage } from '../embed/messages';

export class Link {
  readonly frame = document.createElement('iframe');
  readonly #nonce = nonce();
  readonly #listen = (event: MessageEvent): void => this.#received(event);

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

  send(message: HostMessage): void {
    this.frame.contentWindow?.postMessage({ ...message, alongside: 1, nonce: this.#nonce }, this.server);
  }

  cut(): void {
    removeEventListener('message', this.#listen);
    this.frame.remove();
  }

  #received({ source, origin, data }: MessageEvent): void {
    if (!source || source !== this.frame.contentWindow || origin !== this.server) return;
    const message = unsealed<FrameMessage>(data, this.#nonce);
    if (message) this.onMessage(message);
  }
}

function nonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
