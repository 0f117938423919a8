/** One visitor's widget: who they are, what they look at, and the client that everything goes through. */

import {
  browserStorage,
  createClient,
  Failure,
  type Client,
  type ConnectionState,
  type FileReference,
  type KeyedStorage,
  type MineState,
  type Summary,
  type Uuid,
} from '@alongside/sdk';
import type { EmbedEvent, FrameMessage, HostMessage, Insets } from '../embed/messages';
import { DeviceToken } from './device';
import { Reporting } from './reporting';
import { fetchConfig, forgetDevice, identify, whoseDevice, type WidgetConfig } from './server';
import { texts, type Texts } from './texts';

export type View = { name: 'home' } | { name: 'thread'; id: Uuid };

export interface VisitOptions {
  origin: string;
  workspace: string;
  /** Says something to the embedding page; null when this is a page of its own. */
  tell: ((message: FrameMessage) => void) | null;
  languages: readonly string[];
  makeClient?: typeof createClient;
}

const NO_INSETS: Insets = { top: 0, right: 0, bottom: 0, left: 0 };

export class Visit {
  /** gone: signed out from elsewhere, or forgotten. */
  phase = $state<'loading' | 'ready' | 'unreachable' | 'gone'>('loading');
  config = $state.raw<WidgetConfig | null>(null);
  view = $state.raw<View>({ name: 'home' });
  open = $state(false);
  /** The visitor has come to write, rather than found it open. */
  focuses = $state(false);
  full = $state(true);
  insets = $state.raw<Insets>(NO_INSETS);
  connection = $state.raw<ConnectionState>({ phase: 'idle' });
  mine = $state.raw<MineState>({ phase: 'loading', conversations: [] });
  client = $state.raw<Client>() as Client;
  #wish = $state<string | null>(null);

  readonly words: Texts = $derived.by(() =>
    texts(this.#wish, ...this.options.languages, this.config?.workspace.locale),
  );
  readonly unread = $derived(this.mine.conversations.reduce((sum, one) => sum + this.#unreadOf(one), 0));
  readonly embedded: boolean;

  readonly storage: KeyedStorage;
  readonly #device: DeviceToken;
  readonly #pages = new Reporting();
  #navigated = false;
  /** The device changes hands: that its old token is refused is no news. */
  #changing = false;

  #heard = new Map<Uuid, number>();
  #stops: (() => void)[] = [];

  constructor(private readonly options: VisitOptions) {
    this.embedded = options.tell !== null;
    this.storage = browserStorage(() => localStorage, `alongside:${options.workspace}:`);
    this.#device = new DeviceToken(
      options.workspace,
      () => this.client.http,
      () => this.words.locale,
      (token, before) => this.#keepToken(token, before),
    );
    this.#useClient();
  }

  /** What the page says. */
  hear(message: HostMessage): void {
    switch (message.type) {
      case 'hello':
        this.full = message.full;
        this.insets = message.insets;
        this.#wish = message.locale;
        for (const page of message.trail) this.#pages.saw(page);
        this.open = message.open;
        this.focuses = message.focus;
        return void this.begin(message.token);
      case 'opened':
        this.open = true;
        this.focuses = message.focus;
        return;
      case 'closed':
        this.open = false;
        this.focuses = false;
        return;
      case 'layout':
        this.full = message.full;
        this.insets = message.insets;
        return;
      case 'locale':
        this.#wish = message.locale;
        return;
      case 'page':
        this.#pages.saw(message.page);
        return void this.#pages.flush(this.client);
      case 'token':
        return this.#otherTab(message.token);
      case 'identify':
        return void this.#answer(message.id, this.identify(message.jwt));
      case 'forget':
        return void this.#answer(message.id, this.forget());
    }
  }

  /** A page of its own, not embedded: this device keeps the token itself. */
  alone(): void {
    this.open = true;
    void this.begin(this.storage.get('token'));
  }

  /** Starts with the token the page kept; without one nothing is sent but the question how this should look. */
  async begin(token: string | null): Promise<void> {
    this.#device.take(token);
    if (token ?? this.client.outbox.pending.get().length > 0) void this.connect();
    await this.load();
  }

  async load(): Promise<void> {
    try {
      this.config = await fetchConfig(this.client.http, this.options.workspace);
      this.phase = this.phase === 'gone' ? 'gone' : 'ready';
      const { name, brand_colour } = this.config.workspace;
      this.options.tell?.({ type: 'look', colour: brand_colour, name });
    } catch {
      this.phase = 'unreachable';
    }
  }

  /** Makes sure there is a device and a connection; settles when there is a token. */
  async connect(): Promise<void> {
    const client = this.client;
    const token = await this.#device.need();
    if (client !== this.client) return;
    client.authenticate(token);
    client.start();
    client.followMine();
  }

  show(view: View): void {
    this.#navigated = true;
    this.focuses = true;
    this.view = view;
  }

  /** Begins a conversation, with its first message if there is one, and shows it. */
  begins(text: string, files: FileReference[] = []): Uuid {
    const page = this.#pages.present;
    const first = { ...(page && { page }), ...(text && files.length === 0 && { text }) };
    const id = this.client.startConversation(first);
    if (files.length > 0) void this.client.conversation(id).conversation.send(text, { files });
    void this.connect().catch(() => {});
    this.show({ name: 'thread', id });
    this.event('started', { conversation_id: id });
    return id;
  }

  asksHuman(): void {
    const id = this.begins('');
    const { conversation, release } = this.client.conversation(id);
    void conversation.askHuman();
    release();
  }

  /** Joins the device to the person of the JWT. What an earlier known person wrote and did not send is dropped. */
  async identify(jwt: string): Promise<void> {
    await this.connect();
    const { http } = this.client;
    this.#changing = true;
    try {
      const before = await whoseDevice(http);
      const { person, token } = await identify(http, jwt);
      const another = before.verified && before.person_id !== person.person_id;
      if (token) this.#becomes(token, another);
      this.event('identified', { name: person.name });
    } finally {
      this.#changing = false;
    }
  }

  async forget(): Promise<void> {
    if (this.#device.held) await forgetDevice(this.client.http).catch(() => {});
    this.#erase();
    this.#leave();
    this.event('forgotten', {});
  }

  /** After `gone`: nobody yet, with nothing kept. */
  startAnew(): void {
    this.#erase();
    this.#useClient();
    this.view = { name: 'home' };
    this.phase = this.config ? 'ready' : 'loading';
    if (!this.config) void this.load();
  }

  close(): void {
    this.options.tell?.({ type: 'close' });
  }

  countUnread(): void {
    this.options.tell?.({ type: 'unread', count: this.unread });
  }

  event(name: EmbedEvent, data: Record<string, unknown>): void {
    this.options.tell?.({ type: 'event', name, data });
  }

  #useClient(): void {
    for (const stop of this.#stops.splice(0)) stop();
    const client = (this.options.makeClient ?? createClient)({
      url: this.options.origin,
      clientName: 'widget/1',
      as: 'person',
      storage: this.storage,
    });
    this.client = client;
    this.#stops = [
      client.connection.subscribe((state) => this.#connectionChanged(client, state)),
      client.mine.subscribe((mine) => this.#mineChanged(mine)),
      () => client.stop(),
      () => client.files.forget(),
    ];
  }

  #connectionChanged(client: Client, state: ConnectionState): void {
    this.connection = state;
    if (state.phase === 'open') void this.#pages.flush(client);
    if (state.phase === 'refused' && !this.#changing) this.#leave();
  }

  #mineChanged(mine: MineState): void {
    this.mine = mine;
    const [latest] = mine.conversations;
    if (latest && !this.#navigated && latest.status !== 'closed') {
      this.view = { name: 'thread', id: latest.conversation_id };
    }
    if (mine.phase === 'live') this.#navigated = true;
    for (const summary of mine.conversations) this.#hears(summary);
  }

  /** Tells the page of what others have written; what was there at first is no news. */
  #hears({ conversation_id, last_seq, preview_author, unread }: Summary): void {
    const known = this.#heard.get(conversation_id);
    this.#heard.set(conversation_id, last_seq);
    if (known === undefined || last_seq <= known || preview_author === 'person' || unread === 0) return;
    this.event('received', { conversation_id });
  }

  #unreadOf({ conversation_id, unread }: Summary): number {
    const looking = this.open && this.view.name === 'thread' && this.view.id === conversation_id;
    return looking ? 0 : unread;
  }

  #becomes(token: string, another: boolean): void {
    if (another) this.#erase();
    this.#device.change(token);
    this.#useClient();
    if (another) this.view = { name: 'home' };
    this.#navigated = this.view.name !== 'home';
    void this.connect();
  }

  #otherTab(token: string | null): void {
    if (token === this.#device.held) return;
    this.#device.take(token);
    if (!token) return this.#leave();
    this.#useClient();
    this.phase = this.config ? 'ready' : 'loading';
    void this.connect();
  }

  /** What was written here and not sent was not meant for who comes next. */
  #erase(): void {
    this.client.outbox.clear();
    for (const key of this.storage.keys()) this.storage.remove(key);
  }

  #leave(): void {
    this.#device.change(null);
    for (const stop of this.#stops.splice(0)) stop();
    this.mine = { phase: 'loading', conversations: [] };
    this.phase = 'gone';
  }

  #keepToken(token: string | null, before: string | null): void {
    if (this.options.tell) this.options.tell({ type: 'token', token, before });
    else if (token) this.storage.set('token', token);
    else this.storage.remove('token');
  }

  async #answer(id: number, work: Promise<void>): Promise<void> {
    const problem = await work.then(
      () => null,
      (thrown: unknown) => {
        const { code, message } =
          thrown instanceof Failure ? thrown : new Failure('internal', String(thrown));
        return { code, message };
      },
    );
    this.options.tell?.({ type: 'answer', id, problem });
  }
}
