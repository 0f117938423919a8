/** A socket and a server for tests: nothing answers unless the test says so. */

import type { SocketLike } from '../connection';
import type { ClientFrame, Entries, ServerFrame, Subscribed, Welcome } from '../frames';
import type { Entry, Summary } from '../words';

export const ME = '00000000-0000-4000-8000-000000000001';
export const AGENT = '00000000-0000-4000-8000-00000000000a';

export class ScriptedSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: ClientFrame[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame);
  }

  close(): void {
    this.closed = true;
  }

  /** The server's frame arrives. */
  say(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The network is gone. */
  drop(): void {
    this.onclose?.();
  }

  welcome(over: Partial<Welcome> = {}): void {
    this.onopen?.();
    this.say(welcome(over));
  }

  /** The last frame of a type, which must be there. */
  last<T extends ClientFrame['type']>(type: T): Extract<ClientFrame, { type: T }> {
    const found = this.all(type).at(-1);
    if (!found) throw new Error(`no ${type} was sent; sent: ${JSON.stringify(this.sent)}`);
    return found;
  }

  all<T extends ClientFrame['type']>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.sent.filter((frame) => frame.type === type) as Extract<ClientFrame, { type: T }>[];
  }

  commands(name: string): Extract<ClientFrame, { type: 'command' }>[] {
    return this.all('command').filter((frame) => frame.name === name);
  }
}

/** Hands out scripted sockets and keeps them; the newest is `socket`. */
export class ScriptedNetwork {
  readonly sockets: ScriptedSocket[] = [];
  readonly open = (): ScriptedSocket => {
    const socket = new ScriptedSocket();
    this.sockets.push(socket);
    return socket;
  };

  get socket(): ScriptedSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }
}

export function welcome(over: Partial<Welcome> = {}): Welcome {
  return {
    type: 'welcome',
    protocol: 1,
    you: { kind: 'person', id: ME, name: null },
    workspace: { id: '00000000-0000-4000-8000-0000000000ff', slug: 'luma', name: 'Luma Energy' },
    heartbeat_seconds: 30,
    limits: {
      frame_bytes: 65536,
      subscriptions: 200,
      commands_per_second: 20,
      command_burst: 60,
      typing_seconds: 6,
    },
    now: '2026-01-01T00:00:00.000000Z',
    ...over,
  };
}

export function entry(seq: number, text = `entry ${seq}`, over: Partial<Entry> = {}): Entry {
  return {
    seq,
    entry_id: `00000000-0000-4000-9000-${String(seq).padStart(12, '0')}`,
    kind: 'message',
    audience: 'everyone',
    author: { kind: 'agent', id: AGENT },
    at: `2026-01-01T00:00:${String(seq % 60).padStart(2, '0')}.000000Z`,
    body: { text },
    ...over,
  };
}

export function summary(conversationId: string, over: Partial<Summary> = {}): Summary {
  return {
    conversation_id: conversationId,
    person: { person_id: ME, name: null, verified: false },
    inbox_id: '00000000-0000-4000-8000-0000000000aa',
    channel: 'widget',
    status: 'open',
    held_by: 'concierge',
    assignee: null,
    last_seq: 0,
    last_entry_at: '2026-01-01T00:00:00.000000Z',
    preview: '',
    preview_author: 'person',
    waiting_since: null,
    created_at: '2026-01-01T00:00:00.000000Z',
    closed_at: null,
    unread: 0,
    ...over,
  };
}

/** The answer to the last subscription of a topic. */
export function subscribed(
  socket: ScriptedSocket,
  topic: string,
  given: { state?: unknown; after?: number; upto?: number; entries?: Entry[] } = {},
): Subscribed {
  const asked = socket
    .all('subscribe')
    .filter((frame) => frame.topic === topic)
    .at(-1);
  if (!asked) throw new Error(`${topic} was not asked for`);
  const { entries = [], after = 0 } = given;
  const upto = given.upto ?? Math.max(after, ...entries.map(({ seq }) => seq));
  return { type: 'subscribed', id: asked.id, topic, state: given.state ?? null, after, upto, entries };
}

export function entries(topic: string, after: number, list: Entry[], upto?: number): Entries {
  return {
    type: 'entries',
    topic,
    after,
    upto: upto ?? Math.max(after, ...list.map(({ seq }) => seq)),
    entries: list,
  };
}
