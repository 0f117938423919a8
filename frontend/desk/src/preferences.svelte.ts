/** What somebody chose for this browser: kept here, asked of nobody. */

import type { KeyedStorage } from '@alongside/sdk';

export type Theme = 'system' | 'light' | 'dark';
export type SendKey = 'enter' | 'ctrl-enter';

export class Preferences {
  theme = $state<Theme>('system');
  sendKey = $state<SendKey>('enter');
  personPanel = $state(true);
  locale = $state<string | null>(null);

  constructor(private readonly storage: KeyedStorage) {
    const kept = this.#kept();
    this.theme = kept.theme ?? 'system';
    this.sendKey = kept.sendKey ?? 'enter';
    this.personPanel = kept.personPanel ?? true;
    this.locale = kept.locale ?? null;
  }

  set(change: Partial<Pick<Preferences, 'theme' | 'sendKey' | 'personPanel' | 'locale'>>): void {
    Object.assign(this, change);
    const { theme, sendKey, personPanel, locale } = this;
    this.storage.set('preferences', JSON.stringify({ theme, sendKey, personPanel, locale }));
    this.apply();
  }

  /** Puts the theme on the page; public/theme.js does the same before the first paint. */
  apply(): void {
    const root = document.documentElement;
    if (this.theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = this.theme;
  }

  #kept(): Partial<Preferences> {
    try {
      return JSON.parse(this.storage.get('preferences') ?? '{}') as Partial<Preferences>;
    } catch {
      return {};
    }
  }
}
