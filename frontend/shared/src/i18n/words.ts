/** The words of one package in one language: messages, numbers, dates and sizes. */

import { clockTime, dayName, fileSize, shortWhen, timeAgo } from './dates';
import { direction } from './locale';
import { format, type Values } from './message';

export interface Words<Key extends string = string> {
  locale: string;
  direction: 'ltr' | 'rtl';
  /** The message of that key with its values. */
  t: (key: Key, values?: Values) => string;
  number: (value: number) => string;
  /** 14:05 */
  clock: (at: string | number | Date) => string;
  /** Today, yesterday, Monday, 3 March, 3 March 2024 */
  day: (at: string | number | Date, now?: number) => string;
  /** For lists: 14:05 today, Mon this week, else the date. */
  when: (at: string | number | Date, now?: number) => string;
  /** just now, 5 minutes ago, yesterday */
  ago: (at: string | number | Date, now?: number) => string;
  /** 1.4 MB */
  size: (bytes: number) => string;
}

/** Words from one catalogue; a key that a translation lacks falls back to `fallback`, then shows itself. */
export function words<Key extends string>(
  locale: string,
  catalogue: Partial<Record<Key, string>>,
  fallback: Partial<Record<Key, string>> = {},
): Words<Key> {
  return {
    locale,
    direction: direction(locale),
    t: (key, values) => format(catalogue[key] ?? fallback[key] ?? key, locale, values),
    number: (value) => new Intl.NumberFormat(locale).format(value),
    clock: (at) => clockTime(locale, at),
    day: (at, now) => dayName(locale, at, now),
    when: (at, now) => shortWhen(locale, at, now),
    ago: (at, now) => timeAgo(locale, at, now),
    size: (bytes) => fileSize(locale, bytes),
  };
}
