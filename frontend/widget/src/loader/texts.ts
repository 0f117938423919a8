/** The loader's few words, in the language that the page wishes, or else the browser. */

import { chooseLocale } from '@alongside/shared/i18n/locale.ts';
import { format, type Values } from '@alongside/shared/i18n/message.ts';
import de from './messages/de.json';
import en from './messages/en.json';

const CATALOGUES = { en, de };

export type Say = (key: keyof typeof en, values?: Values) => string;

export function saying(wish: () => string | null): Say {
  return (key, values) => {
    const locale = chooseLocale([wish(), ...navigator.languages], ['en', 'de']);
    return format(CATALOGUES[locale][key], locale, values);
  };
}
