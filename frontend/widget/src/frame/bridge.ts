/** The frame's end of the wire to the page that embeds it; see docs/protocol/embed.md. */

import { unsealed, type FrameMessage, type HostMessage } from '../embed/messages';

export interface Bridge {
  send(message: FrameMessage): void;
}

/**
 * Connects to the embedding page, which the address names after `#`. Only that origin gets messages, and only the
 * parent window with that origin and the nonce is listened to. Null when this is a page of its own.
 */
export function bridgeTo(view: Window, onMessage: (message: HostMessage) => void): Bridge | null {
  const { embedder, nonce } = namedIn(view.location.hash);
  if (view.parent === view || !embedder || !nonce || !really(view, embedder)) return null;
  const send = (message: FrameMessage): void =>
    view.parent.postMessage({ ...message, alongside: 1, nonce }, embedder);
  view.addEventListener('message', ({ source, origin, data }) => {
    if (source !== view.parent || origin !== embedder) return;
    const message = unsealed<HostMessage>(data, nonce);
    if (message) onMessage(message);
  });
  return { send };
}

function namedIn(hash: string): { embedder: string | null; nonce: string | null } {
  const named = new URLSearchParams(hash.slice(1));
  return { embedder: origin(named.get('embedder')), nonce: named.get('nonce') };
}

function origin(text: string | null): string | null {
  try {
    const { origin, protocol } = new URL(text ?? '');
    return protocol === 'https:' || protocol === 'http:' ? origin : null;
  } catch {
    return null;
  }
}

/** Where the browser tells who embeds us, it must agree. */
function really(view: Window, embedder: string): boolean {
  const ancestors = (view.location as Location & { ancestorOrigins?: DOMStringList }).ancestorOrigins;
  return !ancestors?.length || ancestors[0] === embedder;
}
