/** The one object a front end holds: connection, topics, conversations, outbox, HTTP and files together. */

import { Calls } from './calls';
import { Connection, type ConnectionState, type SocketLike } from './connection';
import { Conversation } from './conversation';
import { files, type Files } from './files';
import type { CommandData, CommandName, CommandResults, ServerFrame, TeamSnapshot } from './frames';
import { http, type Http } from './http';
import { newId } from './identifiers';
import { Mine } from './mine';
import { Outbox } from './outbox';
import { writable, type Readable, type Unsubscribe } from './readable';
import { memoryStorage, type KeyedStorage } from './storage';
import { Subscriptions, type TopicSink } from './subscriptions';
import type { Author, Entry, Page, TeamMember, Uuid } from './words';

export interface ClientOptions {
  /** Origin of the server, as `https://help.example.com`. */
  url: string;
  /** Names the program in the server's logs, as `widget/1`. */
  clientName: string;
  /** The device's token (persons). Without one the session cookie of the same origin counts (agents). */
  token?: string | null;
  /** For whom this is; a person unless there is no token. A person's token may follow later: see `authenticate`. */
  as?: 'person' | 'agent';
  /** Where unsent messages wait for the network; memory unless given. */
  storage?: KeyedStorage;
  /** Keeps the unsent messages of different people apart. */
  outboxScope?: string;
  openSocket?: (url: string, subprotocol: string) => SocketLike;
  random?: () => number;
  /** Calls back when the network or the page comes back, and when the network goes; returns how to stop listening. */
  wakeUps?: (wake: () => void, sleep: () => void) => Unsubscribe;
}

export class Client {
  readonly connection: Readable<ConnectionState>;
  readonly http: Http;
  readonly files: Files;
  readonly outbox: Outbox;
  readonly mine = new Mine();

  readonly #connection: Connection;
  readonly #subscriptions: Subscriptions;
  readonly #calls: Calls;
  readonly #conversations = new Map<Uuid, { conversation: Conversation; users: number }>();
  readonly #wakeUps: (wake: () => void, sleep: () => void) => Unsubscribe;
  #token: string | null;
  #me: Author;
  #asleep: Unsubscribe | null = null;
  #followsMine = false;

  constructor(options: ClientOptions) {
    const random = options.random ?? Math.random;
    this.#token = options.token ?? null;
    this.#me = { kind: options.as ?? (this.#token ? 'person' : 'agent'), id: null };
    this.#wakeUps = options.wakeUps ?? browserWakeUps;
    this.#connection = new Connection({
      url: `${options.url.replace(/^http/, 'ws')}/socket`,
      clientName: options.clientName,
      token: () => this.#token,
      openSocket: options.openSocket ?? ((url, subprotocol) => new WebSocket(url, subprotocol) as SocketLike),
      random,
    });
    this.connection = this.#connection.state;
    this.#connection.onFrame = (frame) => this.#received(frame);
    const send = this.#connection.send.bind(this.#connection);
    this.#subscriptions = new Subscriptions(send);
    this.#calls = new Calls(send);
    this.http = http(options.url, () => this.#token, this.#me.kind === 'agent');
    const storage = options.storage ?? memoryStorage();
    this.files = files(this.http, storage);
    const call = this.#calls.call.bind(this.#calls);
    this.outbox = new Outbox(call, storage, options.outboxScope ?? 'outbox', random);
    this.outbox.onDone = (command, result) =>
      this.#conversations.get(command.data.conversation_id)?.conversation.acknowledged(command, result);
    this.connection.subscribe((state) => this.#connectionChanged(state));
  }

  /** Connects, and stays connected until `stop()`. */
  start(): void {
    this.#asleep ??= this.#wakeUps(
      () => this.#connection.wake(),
      () => this.#connection.sleep(),
    );
    this.#connection.start();
  }

  stop(): void {
    this.#asleep?.();
    this.#asleep = null;
    this.#connection.stop();
  }

  /** Gives the device's token when it is known only now; call before `start()`. */
  authenticate(token: string): void {
    this.#token = token;
  }

  /** Tries to connect at once, without waiting for the pause to end. */
  wake(): void {
    this.#connection.wake();
  }

  /** The same conversation object for all who ask; each calls `release` when done. */
  conversation(id: Uuid): { conversation: Conversation; release: () => void } {
    let held = this.#conversations.get(id);
    if (!held) {
      held = { conversation: new Conversation(id, this.#means()), users: 0 };
      this.#conversations.set(id, held);
      held.conversation.open();
    }
    held.users += 1;
    return { conversation: held.conversation, release: once(() => this.#release(id)) };
  }

  /** Begins a conversation (persons); it can be opened at once, and reaches the server when the network allows. */
  startConversation(first: { page?: Page; text?: string } = {}): Uuid {
    const { page, text } = first;
    const data: CommandData['start'] = { conversation_id: newId() };
    if (page) data.page = page;
    if (text !== undefined) Object.assign(data, { text, entry_id: newId() });
    void this.outbox.post(
      'start',
      data,
      text === undefined ? undefined : { kind: 'message', body: { text } },
    );
    return data.conversation_id;
  }

  /** Keeps `mine` up to date from now on (persons). */
  followMine(): void {
    if (this.#followsMine) return;
    this.#followsMine = true;
    this.#subscriptions.open('mine', this.mine.sink);
  }

  /** Follows any topic with a sink of one's own; one sink a topic. */
  topic(topic: string, sink: TopicSink): Unsubscribe {
    return this.#subscriptions.open(topic, sink);
  }

  /** Who of the team is here (agents). */
  team(): { team: Readable<readonly TeamMember[]>; release: Unsubscribe } {
    const team = writable<readonly TeamMember[]>([]);
    const release = this.#subscriptions.open('team', {
      upto: () => null,
      subscribed: ({ state }) => team.set(state as TeamSnapshot),
      event: (name, data) => name === 'agent' && team.update((all) => updated(all, data as TeamMember)),
    });
    return { team, release };
  }

  /** Sends a command now; fails with `offline` when there is no connection. Nothing is kept: see `outbox.post`. */
  command<N extends CommandName>(name: N, data: CommandData[N]): Promise<CommandResults[N]> {
    return this.#calls.call(name, data, newId());
  }

  #received(frame: ServerFrame): void {
    if (!this.#calls.receive(frame)) this.#subscriptions.receive(frame);
  }

  #connectionChanged(state: ConnectionState): void {
    if (state.phase === 'open') {
      this.#me = { kind: state.welcome.you.kind, id: state.welcome.you.id };
      this.outbox.resume();
      this.#subscriptions.resume();
    } else {
      this.outbox.pause();
      this.#calls.lost();
      for (const { conversation } of this.#conversations.values()) conversation.lost();
    }
  }

  #means(): ConstructorParameters<typeof Conversation>[1] {
    return {
      subscriptions: this.#subscriptions,
      outbox: this.outbox,
      me: () => this.#me,
      tell: (name, data) => this.#connection.send({ type: 'command', id: newId(), name, data }),
      history: (id, before) => this.#history(id, before),
      read: (id, seq) => this.mine.read(id, seq),
    };
  }

  async #history(id: Uuid, before: number): Promise<{ entries: Entry[]; from: number }> {
    const room = this.#me.kind === 'person' ? '/api/widget/conversations' : '/api/conversations';
    const page = await this.http.request<{ entries: Entry[]; after: number }>(
      'GET',
      `${room}/${id}/entries?before=${before}&limit=50`,
    );
    return { entries: page.entries, from: page.after };
  }

  #release(id: Uuid): void {
    const held = this.#conversations.get(id);
    if (!held || --held.users > 0) return;
    held.conversation.close();
    this.#conversations.delete(id);
  }
}

/** A client, not yet connected: call `start()`. */
export function createClient(options: ClientOptions): Client {
  return new Client(options);
}

function browserWakeUps(wake: () => void, sleep: () => void): Unsubscribe {
  const seen = (): void => {
    if (document.visibilityState === 'visible') wake();
  };
  window.addEventListener('online', wake);
  window.addEventListener('offline', sleep);
  document.addEventListener('visibilitychange', seen);
  return () => {
    window.removeEventListener('online', wake);
    window.removeEventListener('offline', sleep);
    document.removeEventListener('visibilitychange', seen);
  };
}

/** Who came or went is told by `{agent_id, online}` alone; a new or changed colleague by the whole line. */
function updated(
  team: readonly TeamMember[],
  change: Pick<TeamMember, 'agent_id'> & Partial<TeamMember>,
): readonly TeamMember[] {
  const known = team.some(({ agent_id }) => agent_id === change.agent_id);
  if (known) return team.map((one) => (one.agent_id === change.agent_id ? { ...one, ...change } : one));
  return change.name === undefined ? team : [...team, change as TeamMember];
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
