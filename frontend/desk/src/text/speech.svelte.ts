/** The desk's words, in the language of whoever sits here; changing it redraws what is shown. */

import { chooseLocale, words, type Values, type Words } from '@alongside/shared/i18n/index.ts';
import de from './de.json';
import en from './en.json';

export type MessageKey = keyof typeof en;

export const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];

const catalogues: Record<Locale, Record<string, string>> = { en, de };

export class Speech {
  locale = $state<Locale>('en');
  /** The locale with its country where the browser names one, as `en-GB`: it decides how dates and numbers look. */
  region = $state<string>('en');
  words: Words<MessageKey> = $derived(words<MessageKey>(this.region, catalogues[this.locale], en));

  readonly t = (key: MessageKey, values?: Values): string => this.words.t(key, values);

  /** Takes the first of the wishes that we speak, and tells the page. */
  choose(...wishes: (string | null | undefined)[]): void {
    this.locale = chooseLocale([...wishes, ...navigator.languages], LOCALES);
    this.region = navigator.languages.find((tag) => tag.startsWith(`${this.locale}-`)) ?? this.locale;
    document.documentElement.lang = this.locale;
    document.documentElement.dir = this.words.direction;
  }

  /** A full moment, as `12 March 2026, 14:05`. */
  moment(at: string | number): string {
    return new Intl.DateTimeFormat(this.region, { dateStyle: 'long', timeStyle: 'short' }).format(
      new Date(at),
    );
  }

  /** How long somebody has waited, short: `4 min`, `2 h`, `3 d`. */
  waited(since: string, now: number): string {
    const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
    if (minutes < 1) return this.t('waiting.now');
    if (minutes < 60) return this.t('waiting.minutes', { count: minutes });
    if (minutes < 48 * 60) return this.t('waiting.hours', { count: Math.floor(minutes / 60) });
    return this.t('waiting.days', { count: Math.floor(minutes / 1440) });
  }

  /** The names as a sentence lists them: `Ada, Ben and Cleo`. */
  readonly list = (names: readonly string[]): string => new Intl.ListFormat(this.locale).format(names);
}
