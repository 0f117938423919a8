/** The frame's words in the visitor's language. */

import { chooseLocale } from '@alongside/shared/i18n/locale.ts';
import { words, type Words } from '@alongside/shared/i18n/words.ts';
import de from './messages/de.json';
import en from './messages/en.json';

export type Key = keyof typeof en;
export type Texts = Words<Key>;

/** For the wishes in their order: the page's, then the browser's, then the workspace's. */
export function texts(...wishes: (string | null | undefined)[]): Texts {
  const language = chooseLocale(wishes, ['en', 'de']);
  const exact = wishes.find((wish) => wish?.toLowerCase().startsWith(language));
  return words(usable(exact) ?? language, language === 'de' ? de : en, en);
}

/** Keeps `de-AT` or `en-GB` for dates and numbers, if the browser knows it. */
function usable(locale: string | null | undefined): string | null {
  try {
    return locale ? (Intl.getCanonicalLocales(locale)[0] ?? null) : null;
  } catch {
    return null;
  }
}
