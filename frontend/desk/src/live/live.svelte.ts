/** Everything that lives while somebody is signed in: the socket, the team, the counts and the open lists. */

import {
  createClient,
  type Client,
  type ConnectionState,
  type KeyedStorage,
  type Summary,
  type TeamMember,
  type Uuid,
} from '@alongside/sdk';
import { listConversations, type ListCounts } from '../api/conversations';
import { readWorkspace } from '../api/workspace';
import { readSession, type Me } from '../api/session';
import { ConversationList } from '../lists/list.svelte';
import type { ListQuery } from '../lists/query';

export interface LiveOptions {
  me: Me;
  origin: string;
  storage: KeyedStorage;
  /** The server says that this session is over. */
  ended: () => void;
}

const MINE: ListQuery = { view: 'mine', status: 'open', sort: 'newest', q: '' };

export class Live {
  readonly client: Client;
  /** Read anew after each reconnect: a role may have changed meanwhile. */
  me: Me = $state.raw()!;
  connection = $state.raw<ConnectionState>({ phase: 'idle' });
  team = $state.raw<readonly TeamMember[]>([]);
  counts = $state.raw<ListCounts | null>(null);
  workspaceName = $state('');
  conciergeName = $state('');
  /** My open conversations, whatever list is shown: for the title's count of unread. */
  readonly mine: ConversationList;
  shown = $state.raw<ConversationList | null>(null);
  #stops: (() => void)[] = [];
  #wasLive = false;

  constructor(private readonly options: LiveOptions) {
    this.me = options.me;
    this.client = createClient({
      url: options.origin,
      clientName: 'desk/1',
      storage: options.storage,
      outboxScope: `outbox:${options.me.agent_id}`,
    });
    this.mine = this.#list(MINE);
  }

  readonly unread: number = $derived.by(() => this.mine.items.filter(({ unread }) => unread > 0).length);

  get online(): boolean {
    return this.connection.phase === 'open';
  }

  start(): void {
    const { team, release } = this.client.team();
    this.#stops = [
      this.client.connection.subscribe((state) => this.#connectionChanged(state)),
      team.subscribe((members) => (this.team = members)),
      release,
      this.client.topic('desk', {
        upto: () => null,
        subscribed: (frame) => this.#deskSubscribed(frame.state),
        event: (name, data) => this.#deskEvent(name, data),
      }),
    ];
    this.client.start();
    void this.mine.load();
    readWorkspace(this.client.http).then(
      ({ concierge_name }) => (this.conciergeName = concierge_name),
      () => {}, // it is called by its common name
    );
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.mine.stop();
    this.shown?.stop();
    this.client.files.forget();
    this.client.stop();
  }

  /** Shows another list; the one before is let go. */
  show(query: ListQuery): ConversationList {
    this.shown?.stop();
    this.shown = this.#list(query);
    void this.shown.load();
    return this.shown;
  }

  /** Everything up to the end was seen: the lists say so at once. */
  read(conversationId: Uuid): void {
    this.mine.read(conversationId);
    this.shown?.read(conversationId);
  }

  nameOf(agentId: Uuid): string | null {
    return this.team.find((member) => member.agent_id === agentId)?.name ?? null;
  }

  #list(query: ListQuery): ConversationList {
    return new ConversationList(
      query,
      this.options.me.agent_id,
      (asked) => listConversations(this.client.http, asked),
      (counts) => (this.counts = counts),
    );
  }

  #connectionChanged(state: ConnectionState): void {
    this.connection = state;
    if (state.phase === 'open') this.workspaceName = state.welcome.workspace.name;
    if (state.phase === 'refused' && state.failure.code === 'unauthenticated') this.options.ended();
  }

  /** Events were missed while the connection was away: what is shown is fetched anew. */
  #deskSubscribed(state: unknown): void {
    this.#count((state as { counts?: ListCounts } | null)?.counts);
    if (this.#wasLive) {
      void readSession(this.client.http).then(
        (me) => (this.me = me),
        () => {},
      );
      void this.mine.load();
      void this.shown?.load();
    }
    this.#wasLive = true;
  }

  #deskEvent(name: string, data: unknown): void {
    if (name === 'summary') {
      this.mine.tell(data as Summary);
      this.shown?.tell(data as Summary);
    } else if (name === 'counts') this.#count(data as ListCounts);
  }

  #count(counts: ListCounts | undefined): void {
    if (counts) this.counts = counts;
  }
}
