// What Intl does for both languages. Formatters are slow to make and are kept.
import type { Language } from './catalogue';

const LOCALES: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' };

export function locale(language: Language): string {
  return LOCALES[language];
}

function kept<T>(make: (tag: string) => T): (language: Language) => T {
  const made = new Map<Language, T>();
  return (language) => {
    let formatter = made.get(language);
    if (formatter === undefined) {
      formatter = make(LOCALES[language]);
      made.set(language, formatter);
    }
    return formatter;
  };
}

const clock = kept(
  (tag) => new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);
const weekday = kept((tag) => new Intl.DateTimeFormat(tag, { weekday: 'long' }));
const weekdayShort = kept((tag) => new Intl.DateTimeFormat(tag, { weekday: 'short' }));
const dayMonth = kept((tag) => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long' }));
const dayMonthShort = kept(
  (tag) => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short' }),
);
const fullDate = kept(
  (tag) => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', year: 'numeric' }),
);
const shortDate = kept(
  (tag) => new Intl.DateTimeFormat(tag, { day: '2-digit', month: '2-digit', year: 'numeric' }),
);
const relative = kept((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));
const plurals = kept((tag) => new Intl.PluralRules(tag));
const numbers = kept((tag) => new Intl.NumberFormat(tag));
const lists = kept((tag) => new Intl.ListFormat(tag, { type: 'conjunction' }));

/** Whole days from one day to another in local time, whatever summer time does between them. */
export function daysBetween(earlier: Date, later: Date): number {
  const day = (date: Date): number =>
    Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
  return day(later) - day(earlier);
}

/** 09:40 */
export function timeOfDay(language: Language, at: Date): string {
  return clock(language).format(at);
}

/**
 * What a day divider says: "Today, 14 June", "Yesterday, 13 June", the weekday within six days,
 * then the date, with the year where it is another one.
 */
export function dayLabel(language: Language, at: Date, now: Date): string {
  const days = daysBetween(at, now);
  const date = dayMonth(language).format(at);
  const join = (name: string): string =>
    language === 'zh' ? `${name} ${date}` : `${name}, ${date}`;
  if (days === 0 || days === 1) return join(capital(relative(language).format(-days, 'day')));
  if (days > 1 && days < 7) return join(weekday(language).format(at));
  return at.getFullYear() === now.getFullYear() ? date : fullDate(language).format(at);
}

/** The time in a narrow column: 09:40 today, then the weekday, then the date. */
export function shortTime(language: Language, at: Date, now: Date): string {
  const days = daysBetween(at, now);
  if (days <= 0) return timeOfDay(language, at);
  if (days < 7) return weekdayShort(language).format(at);
  if (at.getFullYear() === now.getFullYear()) return dayMonthShort(language).format(at);
  return shortDate(language).format(at);
}

/** The whole date. */
export function date(language: Language, at: Date): string {
  return fullDate(language).format(at);
}

/** The whole moment, for a title or a table. */
export function moment(language: Language, at: Date): string {
  const date = fullDate(language).format(at);
  const time = timeOfDay(language, at);
  return language === 'zh' ? `${date} ${time}` : `${date}, ${time}`;
}

/** "5 minutes ago"; never in the future, because two clocks may differ. */
export function ago(language: Language, at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  const format = relative(language);
  if (seconds < 60) return format.format(0, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return format.format(-minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return format.format(-hours, 'hour');
  const days = Math.max(1, daysBetween(at, now));
  if (days < 30) return format.format(-days, 'day');
  return fullDate(language).format(at);
}

/** Picks the form for a number. Chinese has one; English has two. */
export function plural<T>(language: Language, count: number, one: T, other: T): T {
  return plurals(language).select(count) === 'one' ? one : other;
}

export function number(language: Language, value: number): string {
  return numbers(language).format(value);
}

export function conjunction(language: Language, names: readonly string[]): string {
  return lists(language).format(names);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
