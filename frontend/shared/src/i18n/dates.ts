/** Times and sizes as people say them, in the zone of the device. */

type Moment = string | number | Date;

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

export function clockTime(locale: string, at: Moment): string {
  return dateFormat(locale, { timeStyle: 'short' }).format(new Date(at));
}

export function dayName(locale: string, at: Moment, now = Date.now()): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) return capital(relative(locale).format(-days, 'day'), locale);
  if (days > 1 && days < 7) return dateFormat(locale, { weekday: 'long' }).format(new Date(at));
  return date(locale, at, now, 'long');
}

export function shortWhen(locale: string, at: Moment, now = Date.now()): string {
  const days = daysBetween(at, now);
  if (days === 0) return clockTime(locale, at);
  if (days > 0 && days < 7) return dateFormat(locale, { weekday: 'short' }).format(new Date(at));
  return date(locale, at, now, 'short');
}

export function timeAgo(locale: string, at: Moment, now = Date.now()): string {
  const seconds = Math.max(0, (now - new Date(at).getTime()) / 1000);
  const say = (value: number, unit: Intl.RelativeTimeFormatUnit): string =>
    relative(locale).format(-Math.floor(value), unit);
  if (seconds < 60) return say(0, 'second');
  if (seconds < 3600) return say(seconds / 60, 'minute');
  if (seconds < 86_400 && daysBetween(at, now) === 0) return say(seconds / 3600, 'hour');
  const days = daysBetween(at, now);
  return days < 7 ? say(days, 'day') : date(locale, at, now, 'long');
}

export function fileSize(locale: string, bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const unitDisplay = power === 0 ? 'long' : 'short';
  const maximumFractionDigits = power > 1 ? 1 : 0;
  const format = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power]!,
    unitDisplay,
    maximumFractionDigits,
  });
  return format.format(bytes / 1000 ** power);
}

/** Midnights between the two, in the zone of the device: 0 is the same day. */
function daysBetween(at: Moment, now: number): number {
  return Math.round((midnight(now) - midnight(at)) / DAY_MS);
}

function midnight(at: Moment): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}

function date(locale: string, at: Moment, now: number, month: 'long' | 'short'): string {
  const thisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return dateFormat(locale, { day: 'numeric', month, ...(thisYear ? {} : { year: 'numeric' }) }).format(
    new Date(at),
  );
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(locale, options)));
  return format;
}

function relative(locale: string): Intl.RelativeTimeFormat {
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
}

function capital(words: string, locale: string): string {
  return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
}
