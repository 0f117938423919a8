/**
 * What the loader (in the customer's page) and the frame (ours) say to each other by postMessage.
 * docs/protocol/embed.md says it in words. Every message carries the nonce of the frame it belongs to.
 */

export interface SeenPage {
  url: string;
  title: string;
}

export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** From the page to the frame. */
export type HostMessage =
  /** The answer to `ready`: everything the frame has to know. */
  | {
      type: 'hello';
      token: string | null;
      locale: string | null;
      open: boolean;
      /** The visitor opened it just now: the focus goes to where one writes. */
      focus: boolean;
      /** The widget covers the whole screen. */
      full: boolean;
      insets: Insets;
      /** Pages seen in this tab, oldest first; the last is the present one. */
      trail: SeenPage[];
    }
  /** Another tab of this site got or lost the token. */
  | { type: 'token'; token: string | null }
  | { type: 'opened'; focus: boolean }
  | { type: 'closed' }
  | { type: 'layout'; full: boolean; insets: Insets }
  | { type: 'page'; page: SeenPage }
  | { type: 'locale'; locale: string }
  | { type: 'identify'; id: number; jwt: string }
  | { type: 'forget'; id: number };

/** From the frame to the page. */
export type FrameMessage =
  | { type: 'ready' }
  /** The device has a token now: keep it for the next visit. Null: the one it had `before` is worth nothing. */
  | { type: 'token'; token: string | null; before: string | null }
  | { type: 'close' }
  | { type: 'unread'; count: number }
  | { type: 'look'; colour: string; name: string }
  | { type: 'answer'; id: number; problem: { code: string; message: string } | null }
  | { type: 'event'; name: EmbedEvent; data: Record<string, unknown> };

export type EmbedEvent = 'started' | 'sent' | 'received' | 'identified' | 'forgotten';

/** Marks our messages among all others a page may see. */
export type Sealed<M> = M & { alongside: 1; nonce: string };

/** The message, if it is ours and carries the nonce; else null. The sender must be checked before. */
export function unsealed<M extends { type: string }>(data: unknown, nonce: string): M | null {
  if (typeof data !== 'object' || data === null) return null;
  const message = data as Partial<Sealed<M>>;
  if (message.alongside !== 1 || message.nonce !== nonce || typeof message.type !== 'string') return null;
  return data as M;
}
