/** The desk as a whole: who sits here, where they are, and what the page speaks. One is made in main.ts. */

import { browserStorage, createClient, type Http } from '@alongside/sdk';
import { Toasts } from '@alongside/shared';
import { getContext, setContext } from 'svelte';
import { readSession, signOut, type Me } from './api/session';
import { readSetup } from './api/setup';
import { Clock } from './clock.svelte';
import { Drafts } from './composer/drafts';
import { Live } from './live/live.svelte';
import { Preferences } from './preferences.svelte';
import { Router } from './routing/router.svelte';
import { Shortcuts } from './shell/shortcuts';
import { Speech } from './text/speech.svelte';
import { failureOf, troubleWords } from './text/trouble';

export type Phase = 'starting' | 'unreachable' | 'signed-out' | 'signed-in';

export class App {
  readonly storage = browserStorage(() => localStorage, 'alongside:');
  readonly preferences = new Preferences(this.storage);
  readonly router = new Router();
  readonly speech = new Speech();
  readonly toasts = new Toasts();
  readonly clock = new Clock();
  readonly shortcuts = new Shortcuts();
  readonly http: Http;
  phase = $state<Phase>('starting');
  live = $state.raw<Live | null>(null);

  constructor(readonly origin: string) {
    this.http = createClient({ url: origin, clientName: 'desk/1' }).http;
  }

  start(): void {
    this.preferences.apply();
    this.speech.choose(this.preferences.locale);
    this.router.start();
    void this.enter();
  }

  /** Finds out who sits here, and whether the house is set up at all. */
  async enter(): Promise<void> {
    this.phase = 'starting';
    try {
      this.signedIn(await readSession(this.http));
    } catch (thrown) {
      if (failureOf(thrown).code !== 'unauthenticated') this.phase = 'unreachable';
      else await this.#welcome();
    }
  }

  signedIn(me: Me): void {
    this.live?.stop();
    this.speech.choose(this.preferences.locale, me.locale);
    this.live = new Live({ me, origin: this.origin, storage: this.storage, ended: () => this.#ended() });
    this.live.start();
    this.phase = 'signed-in';
    if (this.router.route.page === 'setup') this.router.go('/desk', { replace: true });
  }

  async signOut(): Promise<void> {
    try {
      await signOut(this.http);
    } catch (thrown) {
      if (failureOf(thrown).code !== 'unauthenticated') return void this.fail(thrown);
    }
    this.#leave();
  }

  /** Says what went wrong and what to do. */
  fail(thrown: unknown): void {
    const { code } = failureOf(thrown);
    if (code === 'unauthenticated') this.#ended();
    else if (code !== 'aborted') this.toasts.failure(troubleWords(thrown, this.speech));
  }

  drafts(): Drafts {
    return new Drafts(this.storage, this.live?.me.agent_id ?? '');
  }

  async #welcome(): Promise<void> {
    try {
      const { needed } = await readSetup(this.http);
      if (needed) this.router.go('/setup', { replace: true });
      this.phase = 'signed-out';
    } catch {
      this.phase = 'unreachable';
    }
  }

  #ended(): void {
    if (!this.live) return;
    this.#leave();
    this.toasts.show(this.speech.t('session.ended'));
  }

  #leave(): void {
    this.live?.stop();
    this.live = null;
    this.phase = 'signed-out';
  }
}

const KEY = Symbol('app');

export function provideApp(app: App): void {
  setContext(KEY, app);
}

export function useApp(): App {
  return getContext<App>(KEY);
}

/** For what is drawn only while somebody is signed in. */
export function useLive(): Live {
  const { live } = useApp();
  if (!live) throw new Error('Nobody is signed in');
  return live;
}
