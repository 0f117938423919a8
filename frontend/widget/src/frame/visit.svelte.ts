/** One visitor's widget: who they are, what they look at, and the client that everything goes through. */

import {
  browserStorage,
  createClient,
  type Client,
  type ConnectionState,
  type Conversation,
  type FileReference,
  type KeyedStorage,
  type MineState,
  type Summary,
  type Uuid,
} from '@alongside/sdk';
import type { EmbedEvent, FrameMessage, Insets, SeenPage } from '../embed/messages';
import { DeviceToken } from './device';
import { News } from './news';
import { Reporting } from './reporting';
import type { Cast } from './rows';
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
  /** The language that the page wishes. */
  wish = $state<string | null>(null);

  readonly words: Texts = $derived.by(() =>
    texts(this.wish, ...this.options.languages, this.config?.workspace.locale),
  );
  /** Who speaks here, besides those who take part. */
  readonly cast: Cast = $derived.by(() => ({
    concierge: this.config?.concierge_name ?? '',
    workspace: this.config?.workspace.name ?? '',
    team: this.words.t('team', { name: this.config?.workspace.name ?? '' }),
    participants: [],
  }));
  readonly unread = $derived(this.mine.conversations.reduce((sum, one) => sum + this.#unreadOf(one), 0));
  readonly embedded: boolean;

  readonly storage: KeyedStorage;
  readonly #device: DeviceToken;
  readonly #pages = new Reporting();
  #navigated = false;
  /** The device changes hands: that its old token is refused is no news. */
  #changing = false;

  readonly #news = new News();
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

  /** A page of its own, not embedded: this device keeps the token itself. */
  alone(): void {
    this.open = true;
    void this.begin(this.storage.get('token'));
  }

  /** Starts with the token the page kept; without one nothing is sent but the question how this should look. */
  async begin(token: string | null): Promise<void> {
    this.#device.take(token);
    this.#resume();
    await this.load();
  }

  async load(): Promise<void> {
    try {
      this.config = await fetchConfig(this.client.http, this.options.workspace);
      this.phase = this.phase === 'gone' ? 'gone' : 'ready';
      const { name, brand_colour } = this.config.workspace;
      this.options.tell?.({ type: 'look', colour: brand_colour, name });
      this.#resume();
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

  /** Connects in the background; a server that refuses for good is as good as none. */
  #connectSoon(): void {
    this.connect().catch(() => (this.phase = 'unreachable'));
  }

  /** Connects if somebody is known here, or has something to say. */
  #resume(): void {
    const waiting = this.client.outbox.pending.get().length > 0;
    if (this.phase !== 'gone' && (this.#device.held !== null || waiting)) this.#connectSoon();
  }

  /** The visitor went on to this page. */
  saw(page: SeenPage): void {
    this.#pages.saw(page);
    void this.#pages.flush(this.client);
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
    if (files.length > 0) this.#in(id, (conversation) => conversation.send(text, { files }));
    this.#connectSoon();
    this.show({ name: 'thread', id });
    this.event('started', { conversation_id: id });
    return id;
  }

  asksHuman(): void {
    this.#in(this.begins(''), (conversation) => conversation.askHuman());
  }

  #in(id: Uuid, act: (conversation: Conversation) => Promise<unknown>): void {
    const { conversation, release } = this.client.conversation(id);
    void act(conversation);
    release();
  }

  /** Joins the device to the person of the JWT. What an earlier known person wrote and did not send is dropped. */
  async identify(jwt: string): Promise<void> {
    await this.connect();
    const client = this.client;
    this.#changing = true;
    try {
      const before = await whoseDevice(client.http);
      const { person, token } = await identify(client.http, jwt);
      if (token) this.#becomes(token, before.verified && before.person_id !== person.person_id);
      this.event('identified', { name: person.name });
    } finally {
      this.#changing = false;
      if (this.client === client && client.connection.get().phase === 'refused') this.#leave();
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
    for (const id of this.#news.in(mine.conversations)) this.event('received', { conversation_id: id });
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
    this.#connectSoon();
  }

  /** Another tab of this site signed in, or out. */
  otherTab(token: string | null): void {
    if (token === this.#device.held) return;
    this.#device.take(token);
    if (!token) return this.#leave();
    this.#useClient();
    this.phase = this.config ? 'ready' : 'loading';
    this.#connectSoon();
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
}
