/** The conversation that is open on the desk: what it says, who is in it, and what may be done with it. */

import {
  newId,
  type Author,
  type Conversation,
  type ConversationState,
  type Summary,
  type TeamMember,
  type Uuid,
} from '@alongside/sdk';
import type { App } from '../app.svelte';
import type { Live } from '../live/live.svelte';
import { failureOf } from '../text/trouble';
import { rightsOf, type Rights } from './rights';

export type LeadAction = 'accept' | 'close' | 'reopen';

export class OpenedConversation {
  state: ConversationState = $state.raw()!;
  /** The action that is under way. */
  busy = $state<LeadAction | 'assign' | null>(null);
  readonly conversation: Conversation;
  readonly #release: () => void;

  constructor(
    readonly id: Uuid,
    private readonly live: Live,
    private readonly app: App,
  ) {
    const { conversation, release } = live.client.conversation(id);
    this.conversation = conversation;
    this.state = conversation.get();
    const stop = conversation.subscribe((state) => (this.state = state));
    this.#release = () => {
      stop();
      release();
    };
  }

  readonly summary: Summary | null = $derived.by(() => this.state.summary);
  readonly personName: string = $derived.by(() => this.summary?.person.name ?? this.app.speech.t('visitor'));
  readonly rights: Rights = $derived.by(() =>
    rightsOf(this.live.me.permissions, this.live.me.agent_id, this.state.participants),
  );
  readonly mine: boolean = $derived.by(() => this.summary?.assignee?.agent_id === this.live.me.agent_id);

  /** Colleagues who have it open too. */
  readonly others: readonly TeamMember[] = $derived.by(() =>
    this.state.presence
      .filter(({ kind, id }) => kind === 'agent' && id !== this.live.me.agent_id)
      .map(({ id }) => this.live.team.find((member) => member.agent_id === id))
      .filter((member) => member !== undefined),
  );

  readonly customerHere: boolean = $derived.by(() =>
    this.state.presence.some(({ kind }) => kind === 'person'),
  );
  readonly customerRead: number = $derived.by(() =>
    Math.max(
      0,
      ...this.state.participants.filter(({ kind }) => kind === 'person').map((one) => one.read_seq),
    ),
  );

  readonly typists: readonly string[] = $derived.by(() =>
    this.state.typing.filter(({ id }) => id !== this.live.me.agent_id).map((who) => this.nameOf(who)),
  );

  close(): void {
    this.#release();
  }

  nameOf({ kind, id }: Author): string {
    const { t } = this.app.speech;
    if (kind === 'person') return this.personName;
    if (kind === 'concierge') return this.live.conciergeName || t('concierge');
    if (kind === 'system' || id === null) return t('system');
    const known = this.state.participants.find((one) => one.kind === kind && one.id === id)?.name;
    return this.live.nameOf(id) ?? known ?? t('agent');
  }

  async lead(action: LeadAction): Promise<void> {
    await this.#act(action, () =>
      this.live.client.command(action, { conversation_id: this.id, entry_id: newId() }),
    );
  }

  /** Gives it to an agent, or with null back to the queue. */
  async assign(agentId: Uuid | null): Promise<void> {
    await this.#act('assign', () =>
      this.live.client.command('assign', { conversation_id: this.id, entry_id: newId(), agent_id: agentId }),
    );
  }

  async #act(name: LeadAction | 'assign', action: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = name;
    try {
      await action();
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code === 'already_taken') this.#taken(failure.detail.fields?.['assignee']);
      else this.app.fail(thrown);
    } finally {
      this.busy = null;
    }
  }

  #taken(said: string | undefined): void {
    const { t } = this.app.speech;
    const name = said ?? this.summary?.assignee?.name;
    this.app.toasts.show(name ? t('accept.taken_by', { name }) : t('accept.taken'));
  }
}
